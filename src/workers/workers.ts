/** Work on input from strangers, outside of the main thread. At worst, a task is cancelled. */
import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import type { ZodType } from "zod";

/**
 * "busy": too many tasks were waiting, and nothing was done; "late": the deadline passed; "ended": the worker ended,
 * mostly out of memory; "failed": the work threw or returned the wrong shape.
 */
export type Failure = "busy" | "late" | "ended" | "failed";

export type Outcome<T> =
  | { readonly result: T; readonly failure?: never; readonly cause?: never }
  | { readonly result?: never; readonly failure: Failure; readonly cause?: unknown };

export interface Workers {
  /**
   * Runs a task with the function `work` of the workers' file.
   * @param task anything that can be cloned
   * @param shape the expected result
   * @returns the result or a failure; never throws
   */
  run<T>(task: unknown, shape: ZodType<T>): Promise<Outcome<T>>;
  /** Ends all workers and fails their tasks. The next task starts new ones. */
  close(): Promise<void>;
}

export interface WorkersOptions {
  /**
   * The file of their code, from `beside`. It exports a function `work` that takes a task and returns something that
   * can be cloned.
   */
  readonly file: string;
  readonly mostAtOnce: number;
  /** Further tasks are refused as "busy". */
  readonly mostWaiting: number;
  /** The time for a task in milliseconds, without waiting for a worker and its start. */
  readonly deadlineMs: number;
  /** The memory of one worker. */
  readonly memoryMb: number;
  /** How long an idle worker is kept, in milliseconds. */
  readonly idleMs?: number;
}

/**
 * The path of a workers' file next to a module, compiled or as TypeScript.
 * @param module its `import.meta.url`
 * @param name without extension: "page-process"
 */
export function beside(module: string, name: string): string {
  return fileURLToPath(new URL(`./${name}${extname(new URL(module).pathname)}`, module));
}

/** Workers yield to sign-ins and pages by two thirds. At a higher niceness they starve on a busy machine. */
export const NICENESS = 10;

/** Wraps a worker's return value if it has the expected shape. */
export function toOutcome<T>(returned: unknown, shape: ZodType<T>): Outcome<T> {
  const { data, error } = shape.safeParse(returned);
  return error === undefined ? { result: data as T } : { failure: "failed", cause: error };
}
