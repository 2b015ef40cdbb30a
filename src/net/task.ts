/**
 * What this process is doing at the moment, and for whom: the request, the delivery, the connect attempt. Log lines, time
 * limits and spans read it; nothing is decided by it. It is the only ambient context: it would have to pass through every
 * function between a request and the call to a network otherwise.
 */
import { AsyncLocalStorage } from "node:async_hooks";

/** What a log line says of where it belongs. */
export interface TaskFields {
  readonly requestId?: string;
  readonly doing?: "connecting" | "sharing" | "deleting" | "verifying" | "renewing" | "revoking";
  readonly network?: string;
  readonly shareId?: string;
  readonly connectionId?: string;
  /** Of this share, from 1. */
  readonly attempt?: number;
}

/** A person waits for these calls: how long each may take, and when all of them must be over, in milliseconds. */
export interface Patience {
  readonly eachMs: number;
  readonly allMs: number;
}

/** The last call to a network, as a log line shows it. */
export interface LastCall {
  readonly host: string;
  /** The path, without ids: "/2/users/:id/posts". */
  readonly endpoint: string;
  readonly method: string;
  readonly status?: number;
  /** Why there was no answer: see `explainNoAnswer`. */
  readonly problem?: string;
  readonly ms: number;
}

interface Task {
  readonly fields: TaskFields;
  readonly patience: { readonly eachMs: number; readonly until: number } | undefined;
  /** What a tracer hands down: opaque here. */
  readonly span: unknown;
  last: LastCall | undefined;
}

const tasks = new AsyncLocalStorage<Task>();

/** Runs `work` as a task within the one that is under way, whose fields it keeps. */
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

/** The same task, with what a tracer hands down. */
export function withinSpan<T>(span: unknown, work: () => T): T {
  const around = tasks.getStore();
  return tasks.run({ fields: {}, patience: undefined, last: undefined, ...around, span }, work);
}

export function currentSpan(): unknown {
  return tasks.getStore()?.span;
}

/** Empty where nothing is known to be under way. */
export function currentTask(): TaskFields {
  return tasks.getStore()?.fields ?? {};
}

/** How long a call may take that would have `usualMs` otherwise, in milliseconds; 0: the time is up. */
export function patienceFor(usualMs: number): number {
  const patience = tasks.getStore()?.patience;
  if (patience === undefined) return usualMs;
  return Math.max(0, Math.min(usualMs, patience.eachMs, Math.ceil(patience.until - performance.now())));
}

export function noteCall(call: LastCall): void {
  const task = tasks.getStore();
  if (task !== undefined) task.last = call;
}

/** The last call of this task, as fields of a log line. */
export function callFields(): Partial<Omit<LastCall, "problem">> & { readonly noAnswer?: string } {
  const call = tasks.getStore()?.last;
  if (call === undefined) return {};
  const { problem, ...fields } = call;
  return problem === undefined ? fields : { ...fields, noAnswer: problem };
}

const VERSION = /^(?:v?\d{1,2}(?:\.\d{1,2})?)$/;
const WORD = /^[a-z][a-z._-]{0,39}$/i;

/** A path without ids, names and secrets: "/v26.0/:id/feed". Only words and the version at the front stay. */
export function endpointOf(url: string | URL): string {
  const parts = new URL(url).pathname.split("/").slice(0, 12);
  const shown = parts.map((part, at) =>
    part === "" || WORD.test(part) || (at <= 2 && VERSION.test(part)) ? part : ":id",
  );
  return shown.join("/");
}
