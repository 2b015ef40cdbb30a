/** The dashboard and the alert rules use only existing metrics. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { collectDefaultMetrics, Registry } from "prom-client";
import { expect, test } from "vitest";
import { z } from "zod";
import { counters, histograms } from "../../src/net/meter.ts";
import { gauges } from "../../src/operation/metrics/gauges.ts";

const folder = join(import.meta.dirname, "../../docs/monitoring");
const read = (name: string) => readFileSync(join(folder, name), "utf8");

const registry = new Registry();
collectDefaultMetrics({ register: registry });
const known = new Set([
  ...registry.getMetricsAsArray().map(({ name }) => name),
  ...[...counters, ...histograms].map(({ about }) => about.name),
  ...Object.values(gauges).map(({ name }) => name),
  "sharewell_build_info",
]);
const namesIn = (text: string) =>
  new Set(
    [...text.matchAll(/\b(?:sharewell|nodejs|process)_[a-z0-9_]+/g)].map(([name]) =>
      name.replace(/_(?:bucket|sum|count)$/, (ending) => (known.has(name) ? ending : "")),
    ),
  );

const dashboardShape = z.object({
  title: z.string(),
  panels: z.array(
    z.object({ title: z.string().min(1), targets: z.array(z.object({ expr: z.string().min(1) })).min(1) }),
  ),
});

test.for(["dashboard.json", "alerts.yml"])("%s asks for numbers that there are", (name) => {
  const asked = namesIn(read(name));
  expect(asked.size).toBeGreaterThan(5);
  expect([...asked].filter((each) => !known.has(each))).toEqual([]);
});

test("the dashboard shows each number of ours", () => {
  const { panels } = dashboardShape.parse(JSON.parse(read("dashboard.json")));
  const shown = namesIn(panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)).join("\n"));
  const ours = [...known].filter((name) => name.startsWith("sharewell_"));
  expect(ours.filter((name) => !shown.has(name))).toEqual([]);
});

test("each alert says what happened and what to do", () => {
  const rules = read("alerts.yml").split("- alert: ").slice(1);
  expect(rules.length).toBeGreaterThan(10);
  for (const rule of rules) {
    expect(rule).toMatch(/^Sharewell\w+\n +expr: /);
    expect(rule).toMatch(/severity: (critical|warning)/);
    expect(rule).toMatch(/summary: \S.+\n +description: "\S/);
  }
});
