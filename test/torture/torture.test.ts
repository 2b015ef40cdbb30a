import { expect, test } from "vitest";
import { showLedger } from "./ledger.ts";
import { torture } from "./torture.ts";

const ROUNDS = 8;

test(`after ${ROUNDS} rounds of kills and faults every share is posted once, or told for what it is`, {
  timeout: 400_000,
}, async ({ annotate }) => {
  const seed = Math.floor(Math.random() * 1_000_000);
  const report = await torture({ rounds: ROUNDS, seed });
  await annotate(`seed ${seed}\n${showLedger(report.ledger)}`);
  expect(report.wrong, `npm run torture -- --rounds ${ROUNDS} --seed ${seed}`).toEqual([]);
  expect(report.kills).toBeGreaterThan(0);
  const told = Object.values(report.ledger);
  expect(
    told.map(({ asked, posted, refused, unconfirmed }) => asked - posted - refused - unconfirmed),
  ).toEqual(told.map(() => 0));
});
