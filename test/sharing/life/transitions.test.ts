/** Checks the code and the documents against the one table of transitions. */
import { globSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { shareStatuses } from "../../../src/database/schema.ts";
import { beginnings, type TransitionName, transitions } from "../../../src/sharing/life/transitions.ts";
import { isSettled } from "../../../src/sharing/share.ts";
import { drawLife } from "./diagram.ts";

const root = resolve(import.meta.dirname, "../../..");
const names = Object.keys(transitions) as TransitionName[];

test("the architecture document shows every transition, as it is in the code", () => {
  const document = readFileSync(join(root, "docs/architecture.md"), "utf8");
  expect(document).toContain(drawLife());
});

test("no other code updates the rows of shares, or decides the state in which one begins", () => {
  const wrong = globSync("src/**/*.{ts,tsx}", { cwd: root })
    .filter((path) => !path.startsWith("src/sharing/life/"))
    .flatMap((path) => {
      const text = readFileSync(join(root, path), "utf8");
      const updates = text.match(/\.update\(\s*socialShares\b|update\s+"?social_shares\b/gi) ?? [];
      const begins = /\.insert\(\s*socialShares\b/.test(text) && !text.includes("status: beginningFor(");
      return [
        ...updates.map((update) => `${path}: ${update}`),
        ...(begins ? [`${path} inserts shares`] : []),
      ];
    });
  expect(wrong).toEqual([]);
});

test("every state can be reached, and every state that is not over can be left", () => {
  const routes = names.flatMap((name) => [...transitions[name].routes]);
  const reached = new Set<string>([...beginnings, ...routes.map(({ to }) => to)]);
  expect([...reached].sort()).toEqual([...shareStatuses].sort());
  const left = new Set<string>(routes.flatMap(({ from }) => [...from]));
  const final = ["posted", "duplicate"];
  expect([...left].sort()).toEqual(shareStatuses.filter((state) => !final.includes(state)).sort());
});

test("what is over is in no worker’s hands and waits for no time", () => {
  for (const name of names) {
    const transition = transitions[name];
    const { routes, gives } = transition;
    const given: readonly string[] = gives;
    for (const route of routes.filter(
      ({ to, from }) => isSettled(to) && from.some((state) => !isSettled(state)),
    )) {
      const puts = {
        ...("puts" in transition ? transition.puts : {}),
        ...("puts" in route ? route.puts : {}),
      };
      expect(puts, name).toMatchObject({ leaseId: null, leaseUntil: null });
      expect("nextAttemptAt" in puts || given.includes("nextAttemptAt"), name).toBe(true);
    }
  }
});

test("what is certainly not sent stays certain: only an unsent share, or one whose sends are taken back, is queued or cancelled", () => {
  for (const name of names.filter((each) => each !== "settle" && each !== "begin")) {
    const transition = transitions[name];
    for (const route of transition.routes) {
      const to: string = route.to;
      if (to !== "queued" && to !== "cancelled") continue;
      const conditions: readonly string[] = "if" in route ? route.if : [];
      const puts: object = "puts" in transition ? transition.puts : {};
      const isTakenBack = "firstSentAt" in puts && puts.firstSentAt === null;
      expect(conditions.includes("unsent") || isTakenBack, `${name} to ${to}`).toBe(true);
    }
  }
});
