/** Visits every state that the model can reach, breadth first, and checks in each the promises of sharing. */
import { isSettled } from "../../../src/sharing/share.ts";
import { beginnings, type Guard, type State, type Step, stepsFrom, sweep, workerNames } from "./model.ts";

export interface Path {
  readonly begins: State;
  readonly steps: readonly Step[];
}

interface Visit {
  readonly state: State;
  readonly depth: number;
  readonly before: Visit | undefined;
  readonly step: Step | undefined;
}

export interface Exploration {
  readonly states: number;
  readonly steps: number;
  /**
   * The length of the longest of the shortest paths to a state. Every state was reached if it is smaller than the
   * requested depth.
   */
  readonly depth: number;
  readonly broken: { readonly promise: string; readonly path: Path } | undefined;
  /** For each kind of step, the shortest path that ends with it. */
  readonly paths: readonly Path[];
}

/** @param without guards that are removed */
export function explore(depth: number, without: ReadonlySet<Guard> = new Set()): Exploration {
  const known = new Map<string, Visit>();
  const paths = new Map<string, Path>();
  let steps = 0;
  let deepest = 0;
  let round: Visit[] = beginnings.map((state) => ({ state, depth: 0, before: undefined, step: undefined }));
  for (const visit of round) known.set(keyOf(visit.state), visit);
  const ended = (broken: Exploration["broken"]): Exploration => ({
    ...{ states: known.size, steps, depth: deepest, broken },
    paths: [...paths.values()],
  });
  for (let at = 1; at <= depth && round.length > 0; at += 1) {
    const next: Visit[] = [];
    for (const visit of round)
      for (const step of stepsFrom(visit.state, without)) {
        steps += 1;
        const reached: Visit = { state: step.next, depth: at, before: visit, step };
        const kind = `${step.act} ${visit.state.status} → ${step.next.status}, ${step.next.account}, ${step.next.posts}`;
        if (!paths.has(kind)) paths.set(kind, pathTo(reached));
        const promise = brokenBy(visit.state, step) ?? brokenIn(step.next, without);
        if (promise !== undefined) return ended({ promise, path: pathTo(reached) });
        if (known.has(keyOf(step.next))) continue;
        known.set(keyOf(step.next), reached);
        deepest = at;
        next.push(reached);
      }
    round = next;
  }
  return ended(undefined);
}

function keyOf(state: State): string {
  return JSON.stringify(state);
}

function pathTo(last: Visit): Path {
  const steps: Step[] = [];
  let visit = last;
  while (visit.before !== undefined) {
    if (visit.step !== undefined) steps.unshift(visit.step);
    visit = visit.before;
  }
  return { begins: visit.state, steps };
}

/** The promise that the step breaks. Undefined if none. */
function brokenBy(before: State, { act, by, next }: Step): string | undefined {
  const worker = by && before[by];
  const isAnswer = act === "settles" && worker?.at === "called" && worker.answer === "posted";
  return isAnswer && next.status !== "posted" ? "a post that a worker knows of is told" : undefined;
}

/** The promise that the state breaks. Undefined if none. */
function brokenIn(state: State, without: ReadonlySet<Guard>): string | undefined {
  if (state.posts > 1) return "never posted twice";
  const isAtRest = workerNames.every((name) => state[name].at === "idle");
  if (!isAtRest) return undefined;
  // If a post exists, the row says so or leaves it open.
  if (state.posts === 1 && state.status !== "posted" && !state.sent) return "nothing is lost";
  if (state.posts === 0 && state.status === "posted") return "nothing is lost";
  const peace = makePeace(state, without);
  if (!isSettled(peace.status)) return "nothing is stuck";
  // A share that waits for a working account, and is not held by a worker, continues by itself.
  if (peace.status === "reconnect" && peace.account === "active") return "nothing is stuck";
  return undefined;
}

/** Steps that happen by themselves once nothing fails and nobody acts any more. */
const peaceful: readonly string[] = [
  ...["its time comes", "its wait is over", "its lease ends", "claims", "finds it", "does not find it"],
  ...["finds the account broken", "passes the fence", "posts", "settles", "may not send"],
  ...["is refused: the grant ended"],
];

const MOST_STEPS = 100;

function makePeace(from: State, without: ReadonlySet<Guard>): State {
  let state = from;
  for (let steps = 0; steps < MOST_STEPS; steps += 1) {
    const options = stepsFrom(state, without).filter(({ act }) => peaceful.includes(act));
    const busy = options.find(({ by }) => by !== undefined && state[by].at !== "idle");
    const swept = without.has("release") ? undefined : sweep(state);
    const next = busy?.next ?? options[0]?.next ?? swept;
    if (next === undefined) return state;
    state = next;
  }
  return state;
}
