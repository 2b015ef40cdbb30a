import { expect, test } from "vitest";
import { freshDatabaseUrl } from "../../harness/database/database.ts";
import { fuzz } from "./fuzz.ts";
import { openWorld } from "./world.ts";

const REQUESTS = 3_000;

test(`${REQUESTS} requests of all kinds get an answer that is no failure of ours, and leave nothing broken`, {
  timeout: 600_000,
}, async ({ annotate }) => {
  const seed = Math.floor(Math.random() * 1_000_000);
  await annotate(`seed ${seed}`);
  const world = await openWorld(await freshDatabaseUrl());
  const report = await fuzz(world, { requests: REQUESTS, seed });
  await world.stop();
  const [early, late] = report.memory;
  await annotate(`${Math.round(report.requests / report.seconds)} a second`);
  expect(report.findings, `npm run fuzz -- --requests ${REQUESTS} --seed ${seed}`).toEqual([]);
  expect(report.routes).toBeGreaterThan(90);
  expect(late - early).toBeLessThan(300);
});
