/** Work on what strangers sent, beside the main thread: the worst that it can do is to be cancelled. */
import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import type { ZodType } from "zod";

/**
 * "busy": too much is waiting already, and nothing was done; "late": it took longer than its deadline; "ended": the
 * worker ended, mostly for want of memory; "failed": the work threw, or gave something else than was wanted.
 */
export type Failure = "busy" | "late" | "ended" | "failed";

export type Outcome<T> =
  | { readonly result: T; readonly failure?: never; readonly cause?: never }
  | { readonly result?: never; readonly failure: Failure; readonly cause?: unknown };

export interface Workers {
  /**
   * Hands a task to the function `work` that the workers' file exports.
   * @param task what can be cloned
   * @param shape of what comes back
   * @returns a failure as a value; never throws
   */
  run<T>(task: unknown, shape: ZodType<T>): Promise<Outcome<T>>;
  /** Ends all workers; what they still work on fails. The next task starts new ones. */
  close(): Promise<void>;
}

export interface WorkersOptions {
  /** Where their code stands, as `beside` finds it: it exports a function `work`, which takes a task and returns what can be cloned. */
  readonly file: string;
  readonly mostAtOnce: number;
  /** More than these are refused as "busy". */
  readonly mostWaiting: number;
  /** For one task from its start, in milliseconds; waiting for a worker, and its start, do not count. */
  readonly deadlineMs: number;
  /** All that one worker has. */
  readonly memoryMb: number;
  /** So long a worker without work is kept, in milliseconds. */
  readonly idleMs?: number;
}

/**
 * The path of a file of workers that stands beside a module, as it runs: built, or as TypeScript.
 * @param module its `import.meta.url` @param name without extension: "page-process"
 */
export function beside(module: string, name: string): string {
  return fileURLToPath(new URL(`./${name}${extname(new URL(module).pathname)}`, module));
}

/** How far workers step back behind whoever signs in or waits for a page: a third of the share. Further back they starve on a busy machine. */
export const NICENESS = 10;

/** What a worker returned, where it is what was wanted. */
export function toOutcome<T>(returned: unknown, shape: ZodType<T>): Outcome<T> {
  const { data, error } = shape.safeParse(returned);
  return error === undefined ? { result: data as T } : { failure: "failed", cause: error };
}
