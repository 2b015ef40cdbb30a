/**
 * Every interleaving of two workers, crashes, lost answers and people, over the real table of transitions. See
 * docs/testing/life.md.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTwoWorkers, type TwoWorkers } from "../../harness/services/two-workers.ts";
import { explore, type Path } from "./explore.ts";
import type { Guard } from "./model.ts";
import { replay, type Theatre } from "./replay.ts";
import { setStage } from "./stage.ts";

/** Deep enough for every state: the last new one is found earlier. */
const DEPTH = 60;

test("whatever happens in whatever order, a share is never posted twice, never lost and never stuck", () => {
  const { broken, depth, states } = explore(DEPTH);
  expect(broken?.path.steps.map(({ by, act }) => [by, act].filter(Boolean).join(" "))).toBeUndefined();
  expect(depth).toBeLessThan(DEPTH);
  expect(states).toBeGreaterThan(10_000);
});

test.each<[Guard, string]>([
  ["lease", "never posted twice"],
  ["standstill", "never posted twice"],
  ["doubt", "nothing is stuck"],
  ["release", "nothing is stuck"],
  ["late", "a post that a worker knows of is told"],
  ["key", "nothing is lost"],
])("without the guard “%s” the search finds a broken promise: %s", (guard, promise) => {
  expect(explore(DEPTH, new Set([guard])).broken?.promise).toBe(promise);
});

let workers: TwoWorkers;
let theatre: Theatre;
beforeAll(async () => {
  workers = await startTwoWorkers();
  theatre = { workers, stages: { a: setStage(workers.a), b: setStage(workers.b) } };
});
afterAll(() => workers.stop());

const accountActs = [
  "the network ends the grant",
  "its person disconnects the account",
  "its person connects the account again",
];

/** In the model, the network accepts a request with replaced tokens; the real network does not. */
function isPlayable({ steps }: Path): boolean {
  return ["a", "b"].every((by) => {
    let isBusy = false;
    for (const step of steps) {
      if (step.by === by)
        isBusy = step.act === "claims" || step.act === "does not find it" || step.act === "passes the fence";
      else if (isBusy && accountActs.includes(step.act)) return false;
    }
    return true;
  });
}

/** How many of the paths are played here; `LIFE_PATHS` sets another number. */
const PATHS = Number(process.env.LIFE_PATHS ?? 40);

/** The longest first, because they contain the shorter ones. */
const paths = explore(DEPTH)
  .paths.filter(isPlayable)
  .toSorted((one, other) => other.steps.length - one.steps.length)
  .slice(0, PATHS);

test.each(
  paths.map(
    (path) =>
      [path.steps.map(({ by, act }) => [by, act].filter(Boolean).join(" ")).join(", "), path] as const,
  ),
)("the real functions do as the model says: %s", async (_name, path) => {
  for (const { act, real, model } of await replay(theatre, path)) expect(real, act).toEqual(model);
});
