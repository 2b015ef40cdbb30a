/**
 * The current task of this process: a request, delivery or connect attempt. Used for log lines, timeouts and spans,
 * never for decisions. This is the only ambient context; otherwise every function between a request and a network call
 * would have to pass it on.
 */
import { AsyncLocalStorage } from "node:async_hooks";

/** The fields of a log line that say what it belongs to. */
export interface TaskFields {
  readonly requestId?: string;
  readonly doing?: "connecting" | "sharing" | "deleting" | "verifying" | "renewing" | "revoking";
  readonly network?: string;
  readonly shareId?: string;
  readonly connectionId?: string;
  /** The attempt of this share, starting at 1. */
  readonly attempt?: number;
}

/** A person is waiting: the timeout of each call, and when all must be done, in milliseconds. */
export interface Patience {
  readonly eachMs: number;
  readonly allMs: number;
}

/** The latest call to a network, for log lines. */
export interface LastCall {
  readonly host: string;
  /** The path without ids: "/2/users/:id/posts". */
  readonly endpoint: string;
  readonly method: string;
  readonly status?: number;
  /** Why there was no response: see `explainNoAnswer`. */
  readonly problem?: string;
  readonly ms: number;
}

interface Task {
  readonly fields: TaskFields;
  readonly patience: { readonly eachMs: number; readonly until: number } | undefined;
  /** The tracer's span, opaque here. */
  readonly span: unknown;
  last: LastCall | undefined;
}

const tasks = new AsyncLocalStorage<Task>();

/** Runs `work` as a task inside the current one, inheriting its fields. */
export function asTask<T>(fields: TaskFields, work: () => T, patience?: Patience): T {
  const around = tasks.getStore();
  const task: Task = {
    fields: { ...around?.fields, ...fields },
    patience:
      patience === undefined
        ? around?.patience
        : { eachMs: patience.eachMs, until: performance.now() + patience.allMs },
    span: around?.span,
    last: undefined,
  };
  return tasks.run(task, work);
}

/** Runs `work` in the same task with another span. */
export function withinSpan<T>(span: unknown, work: () => T): T {
  const around = tasks.getStore();
  return tasks.run({ fields: {}, patience: undefined, last: undefined, ...around, span }, work);
}

/** The tracer's span of the current task, if any. */
export function currentSpan(): unknown {
  return tasks.getStore()?.span;
}

/** The fields of the current task; empty outside of one. */
export function currentTask(): TaskFields {
  return tasks.getStore()?.fields ?? {};
}

/** The timeout for a call, in milliseconds, at most `usualMs`; 0 if the time is up. */
export function patienceFor(usualMs: number): number {
  const patience = tasks.getStore()?.patience;
  if (patience === undefined) return usualMs;
  return Math.max(0, Math.min(usualMs, patience.eachMs, Math.ceil(patience.until - performance.now())));
}

/** Remembers the latest call of the current task, for its log lines. */
export function noteCall(call: LastCall): void {
  const task = tasks.getStore();
  if (task !== undefined) task.last = call;
}

/** The latest call of the current task, as fields of a log line. */
export function callFields(): Partial<Omit<LastCall, "problem">> & { readonly noAnswer?: string } {
  const call = tasks.getStore()?.last;
  if (call === undefined) return {};
  const { problem, ...fields } = call;
  return problem === undefined ? fields : { ...fields, noAnswer: problem };
}

const VERSION = /^(?:v?\d{1,2}(?:\.\d{1,2})?)$/;
const WORD = /^[a-z][a-z._-]{0,39}$/i;

/** A path without ids, names and secrets: "/v26.0/:id/feed". Only words and the version at the front remain. */
export function endpointOf(url: string | URL): string {
  const parts = new URL(url).pathname.split("/").slice(0, 12);
  const shown = parts.map((part, at) =>
    part === "" || WORD.test(part) || (at <= 2 && VERSION.test(part)) ? part : ":id",
  );
  return shown.join("/");
}
