/**
 * One share as an abstract machine: its row with the real table of transitions, two workers, its account, and what its
 * network holds. `explore` (explore.ts) visits every state that it can reach.
 */

import { routeOf } from "../../../src/sharing/life/move.ts";
import { type Columns, type TransitionName, transitions } from "../../../src/sharing/life/transitions.ts";
import type { ShareStatus } from "../../../src/sharing/share.ts";

export const workerNames = ["a", "b"] as const;
export type WorkerName = (typeof workerNames)[number];

/**
 * What a worker has done so far with the share: claimed it to send it or to look for it, passed the fence, called the
 * network, and got its answer or not. `isLate`: its lease ended meanwhile.
 */
type Worker =
  | { readonly at: "idle" }
  | { readonly at: "claimed"; readonly to: "send" | "look"; readonly seen: Seen }
  | { readonly at: "fenced"; readonly isLate: boolean; readonly seen: Seen }
  | { readonly at: "called"; readonly answer: Answer; readonly seen: Seen };

/**
 * The row and the account as the worker found them, and whether its person has since said that the post is not there,
 * so that the share began again.
 */
interface Seen {
  readonly sent: boolean;
  readonly sends: number;
  readonly isBroken: boolean;
  readonly stale: boolean;
}

type Answer = "posted" | "refused for now" | "refused" | "lost" | "grant ended";

export interface State {
  readonly status: ShareStatus;
  /** The row's `first_sent_at` is set. */
  readonly sent: boolean;
  readonly sends: number;
  readonly withdrawn: boolean;
  /** It waits for a later moment, and has no job until then. */
  readonly waits: boolean;
  readonly lease: WorkerName | null;
  readonly account: "active" | "broken" | "gone";
  readonly a: Worker;
  readonly b: Worker;
  /** What the network holds. */
  readonly posts: number;
}

export interface Step {
  readonly act: string;
  readonly by?: WorkerName;
  readonly next: State;
}

/** Guards that can be removed, to show that the explorer would notice. */
export type Guard = "lease" | "doubt" | "release" | "late" | "key" | "standstill";

const idle: Worker = { at: "idle" };
/** The network cannot recognise repeats, as most cannot. */
const MOST_SENDS = 2;

export const beginnings: readonly State[] = (["queued", "scheduled"] as const).map((status) => ({
  ...{ status, sent: false, sends: 0, withdrawn: false, waits: status === "scheduled", lease: null },
  ...{ account: "active", a: idle, b: idle, posts: 0 },
}));

function factsOf({ status, sent, withdrawn }: State) {
  const firstSentAt = sent ? new Date(0) : null;
  return { status, firstSentAt, withdrawn, lookSince: null, operatorFault: true };
}

/** The row after a transition. Undefined if the transition does not move the share. */
function move(
  state: State,
  name: Exclude<TransitionName, "settle">,
  given: Partial<State> = {},
): State | undefined {
  const route = routeOf(name, factsOf(state));
  if (route === undefined) return undefined;
  const transition = transitions[name];
  const puts: Columns = { ...("puts" in transition ? transition.puts : {}), ...route.puts };
  return { ...state, status: route.to, ...abstract(puts), ...given };
}

/** How a worker that holds the share records the end of its attempt. */
function settle(state: State, to: ShareStatus, given: Partial<State>): State {
  const knows = transitions.settle.routes.some(
    (route) => route.to === to && route.from.some((from) => from === state.status),
  );
  if (!knows) throw new Error(`No transition settles ${state.status} as ${to}.`);
  return { ...state, status: to, waits: false, lease: null, ...given };
}

function abstract(puts: Columns): Partial<State> {
  return {
    ...(puts.firstSentAt === null ? { sent: false } : {}),
    ...(typeof puts.sends === "number" ? { sends: puts.sends } : {}),
    ...(typeof puts.withdrawn === "boolean" ? { withdrawn: puts.withdrawn } : {}),
    ...(puts.leaseId === null ? { lease: null } : {}),
    ...(puts.nextAttemptAt === null ? { waits: false } : {}),
  };
}

const isOpen = ({ status }: State) => status === "queued" || status === "sending";

/** A request may still reach the network: nobody looks for the post, or reports it, before that is over. */
const isOnItsWay = ({ a, b }: State) => [a, b].some((worker) => worker.at === "fenced" && !worker.isLate);

/** Everything that can happen next. @param without guards that are removed */
export function stepsFrom(state: State, without: ReadonlySet<Guard> = new Set()): Step[] {
  return [
    ...workerNames.flatMap((by) => workerSteps(state, by, without)),
    ...timeSteps(state),
    ...personSteps(state),
    ...accountSteps(state, without),
  ];
}

function workerSteps(state: State, by: WorkerName, without: ReadonlySet<Guard>): Step[] {
  const worker = state[by];
  const step = (act: string, next: State | undefined): Step[] =>
    next === undefined ? [] : [{ act, by, next }];
  const crash = worker.at === "idle" ? [] : step("dies", { ...state, [by]: idle });
  switch (worker.at) {
    case "idle":
      return step("claims", claim(state, by, without));
    case "claimed":
      return [
        ...crash,
        ...(worker.to === "look" ? looks(state, by, worker, step) : sends(state, by, worker, without, step)),
      ];
    case "fenced":
      return [...crash, ...calls(state, by, worker, without, step)];
    case "called":
      return [...crash, ...step("settles", settled(state, by, worker, without))];
  }
}

type StepOf = (act: string, next: State | undefined) => Step[];

function claim(state: State, by: WorkerName, without: ReadonlySet<Guard>): State | undefined {
  if (!isOpen(state) || state.waits || state.lease !== null) return undefined;
  const to = state.status === "sending" && !without.has("doubt") ? "look" : "send";
  const { sent, sends } = state;
  return {
    ...state,
    lease: by,
    [by]: { at: "claimed", to, seen: { sent, sends, isBroken: state.account === "broken", stale: false } },
  };
}

/** Asks the network whether the post exists. The answer is certain once no request is under way any more. */
function looks(state: State, by: WorkerName, worker: Worker & { at: "claimed" }, step: StepOf): Step[] {
  if (isOnItsWay(state)) return [];
  const done = { ...state, [by]: idle };
  const isHeld = state.lease === by && isOpen(state);
  const found = (to: ShareStatus, given: Partial<State>) =>
    isHeld ? settle(done, to, given) : to === "posted" ? (move(done, "postedAfterAll") ?? done) : done;
  const cannotTell = step("cannot tell", found("unconfirmed", {}));
  if (state.posts > 0) return [...step("finds it", found("posted", {})), ...cannotTell];
  const absent =
    state.sends >= MOST_SENDS || state.withdrawn
      ? found("unconfirmed", {})
      : { ...state, [by]: { ...worker, to: "send" as const } };
  return [...step("does not find it", absent), ...cannotTell];
}

function sends(
  state: State,
  by: WorkerName,
  { seen }: Worker & { at: "claimed" },
  without: ReadonlySet<Guard>,
  step: StepOf,
): Step[] {
  const lost = { ...state, [by]: idle };
  if (seen.isBroken && !seen.sent && isOpen(state) && state.lease === by)
    return step("finds the account broken", settle(lost, "reconnect", {}));
  const isHeld = without.has("lease") || (state.lease === by && isOpen(state));
  const passed =
    isHeld && state.account !== "gone"
      ? move(state, "fence", {
          sent: true,
          sends: state.sends + 1,
          [by]: { at: "fenced", isLate: false, seen },
        })
      : undefined;
  return step("passes the fence", passed ?? lost);
}

function calls(
  state: State,
  by: WorkerName,
  { isLate, seen }: Worker & { at: "fenced" },
  without: ReadonlySet<Guard>,
  step: StepOf,
): Step[] {
  const heard = (answer: Answer, posts = state.posts): State => ({
    ...state,
    posts,
    [by]: { at: "called", answer, seen },
  });
  // It was paused: the request does not leave.
  if (isLate && !without.has("standstill")) return step("may not send", heard("refused for now"));
  if (state.account !== "active") return step("is refused: the grant ended", heard("grant ended"));
  return [
    ...step("posts", heard("posted", state.posts + 1)),
    ...step("posts, and the answer is lost", heard("lost", state.posts + 1)),
    ...step("does not get through", heard("lost")),
    ...step("is refused for now", heard("refused for now")),
    ...step("is refused", heard("refused")),
  ];
}

/** What the end of an attempt does to the row as it is by then. */
function settled(
  state: State,
  by: WorkerName,
  { answer, seen }: Worker & { at: "called" },
  without: ReadonlySet<Guard>,
): State {
  const done = { ...state, [by]: idle };
  const { sent, sends } = seen;
  const undone = { sent, sends };
  if (state.lease !== by || !isOpen(state)) return settledLate(done, answer, seen, without);
  switch (answer) {
    case "posted":
      return settle(done, "posted", { sent });
    case "lost":
      return settle(done, "sending", { waits: true });
    case "refused for now":
      return settle(done, sent ? "sending" : "queued", { waits: true, ...undone });
    case "refused":
      return settle(done, "rejected", undone);
    case "grant ended": {
      if (state.account === "gone" && !sent) return settle(done, "cancelled", undone);
      if (state.account === "gone") return settle(done, "unconfirmed", { withdrawn: true });
      return settle(done, "reconnect", undone);
    }
  }
}

function settledLate(
  done: State,
  answer: Answer,
  { sent, sends, stale }: Seen,
  without: ReadonlySet<Guard>,
): State {
  if (without.has("late")) return done;
  if (answer === "posted") return move(done, "postedAfterAll", { sent: true }) ?? done;
  const isOnlySend = !sent && done.sends === sends + 1 && (!stale || without.has("key"));
  if (answer === "lost" || !isOnlySend) return done;
  return move(done, "refusedAfterAll", { sends }) ?? done;
}

function timeSteps(state: State): Step[] {
  const steps: Step[] = [];
  const begun = move(state, "begin");
  if (begun !== undefined) steps.push({ act: "its time comes", next: begun });
  if (isOpen(state) && state.waits) steps.push({ act: "its wait is over", next: { ...state, waits: false } });
  if (state.lease !== null)
    steps.push({ act: "its lease ends", next: standStill({ ...state, lease: null }, state.lease) });
  return steps;
}

/** A lease ends if its worker died or was paused. A worker that continues after that may not send any more. */
function standStill(state: State, by: WorkerName): State {
  const worker = state[by];
  return worker.at === "fenced" ? { ...state, [by]: { ...worker, isLate: true } } : state;
}

function personSteps(state: State): Step[] {
  const step = (act: string, next: State | undefined): Step[] => (next === undefined ? [] : [{ act, next }]);
  const isUsable = state.account === "active";
  return [
    ...step("its person cancels it", move(state, "cancel")),
    ...(isUsable ? step("its person presses Retry", move(state, "retry")) : []),
    ...(isUsable ? step("its person presses Check again", move(state, "check")) : []),
    // People check the network, and report what they see there.
    ...(isOnItsWay(state)
      ? []
      : state.posts > 0
        ? step("its person says that it is there", move(state, "confirm"))
        : isUsable
          ? step("its person says that it is not there", anew(state))
          : []),
  ];
}

function anew(state: State): State | undefined {
  const stale = (worker: Worker): Worker =>
    worker.at === "idle" ? worker : { ...worker, seen: { ...worker.seen, stale: true } };
  return move(state, "sendAnew", { a: stale(state.a), b: stale(state.b) });
}

function accountSteps(state: State, without: ReadonlySet<Guard>): Step[] {
  if (state.account === "active")
    return [
      { act: "the network ends the grant", next: { ...state, account: "broken" } },
      { act: "its person disconnects the account", next: disconnected(state) },
    ];
  const released = without.has("release") ? state : (move(state, "release") ?? state);
  const back: State = { ...released, account: "active" };
  const again: Step = { act: "its person connects the account again", next: back };
  return state.account === "broken"
    ? [again, { act: "its person disconnects the account", next: disconnected(state) }]
    : [again];
}

function disconnected(state: State): State {
  const ended = move(state, "disconnect") ?? state;
  return { ...ended, account: "gone", withdrawn: ended.withdrawn || ended.status === "unconfirmed" };
}

/**
 * What the sweeps still have to do: shares whose attempt ended too late as waiting for an account that works by then.
 */
export function sweep(state: State): State | undefined {
  return state.account === "active" && state.status === "reconnect" ? move(state, "release") : undefined;
}
