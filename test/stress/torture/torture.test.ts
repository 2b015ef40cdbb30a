import { expect, test } from "vitest";
import { planRound, rollDice, upsetKinds } from "./dice.ts";
import { showLedger } from "./ledger.ts";
import { torture } from "./torture.ts";

/** Everything happens to the database once. */
const ROUNDS = upsetKinds.length;
/** Other kinds of Mastodon servers, besides all networks. */
const RELATIVES = 2;

/** A seed with which something is killed. */
function findSeed(): number {
  const seed = Math.floor(Math.random() * 1_000_000);
  const dice = rollDice(seed);
  const rounds = Array.from({ length: ROUNDS }, () => planRound(dice));
  return rounds.some(({ kills }) => kills.length > 0) ? seed : findSeed();
}

test(`after ${ROUNDS} rounds of kills, faults and people's acts every share is posted once, or told for what it is`, {
  timeout: 400_000,
}, async ({ annotate }) => {
  const seed = findSeed();
  await annotate(`seed ${seed}`);
  const report = await torture({ rounds: ROUNDS, seed, relatives: RELATIVES, upsetEvery: 1 });
  await annotate(showLedger(report.ledger));
  expect(report.wrong, `npm run torture -- --rounds ${ROUNDS} --seed ${seed}`).toEqual([]);
  expect([...report.upsets.keys()].toSorted()).toEqual(upsetKinds.toSorted());
  expect(report.kills).toBeGreaterThan(0);
  const told = [...report.ledger.values()];
  expect(
    told.map(({ asked, posted, refused, unconfirmed }) => asked - posted - refused - unconfirmed),
  ).toEqual(told.map(() => 0));
});
