/**
 * What the processes logged during the torture. A database that was away explains many errors; nothing explains that it
 * refused what it was given, or that our own code broke.
 */
import { z } from "zod";

interface LoggedError {
  readonly type?: string | undefined;
  readonly message?: string | undefined;
  readonly code?: unknown;
  readonly cause?: LoggedError | undefined;
}

const errorShape: z.ZodType<LoggedError> = z.object({
  type: z.string().optional(),
  message: z.string().optional(),
  code: z.unknown().optional(),
  get cause() {
    return errorShape.optional().catch(undefined);
  },
});
const lineShape = z.object({ msg: z.string(), err: errorShape.optional().catch(undefined) });

/** PostgreSQL's classes of refusals: values, constraints, transaction conflicts, statements, internal errors. */
const REFUSED = /^(?:22|23|40|42|XX)...$/;
const BROKEN = /^(?:TypeError|RangeError|ReferenceError|ZodError)$/;

export interface Failures {
  /** "a page failed 57P01: terminating connection", and how often. */
  readonly counts: ReadonlyMap<string, number>;
  /** Those without an excuse, in one line each. */
  readonly wrong: ReadonlySet<string>;
}

/** @param output of a process: JSON, a line for each error, and anything else that it printed */
export function readFailures(outputs: readonly string[]): Failures {
  const counts = new Map<string, number>();
  const wrong = new Set<string>();
  for (const line of outputs.flatMap((output) => output.split("\n"))) {
    const logged = readLine(line);
    if (logged === undefined) continue;
    const { type = "", message = "", code } = rootOf(logged.err ?? {});
    const what = `${logged.msg} ${typeof code === "string" ? code : type}: ${message.split("\n")[0]}`;
    counts.set(what, (counts.get(what) ?? 0) + 1);
    if (BROKEN.test(type) || (typeof code === "string" && REFUSED.test(code))) wrong.add(what);
  }
  return { counts, wrong };
}

function readLine(line: string) {
  try {
    return lineShape.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}

function rootOf(error: LoggedError): LoggedError {
  return error.cause === undefined ? error : rootOf(error.cause);
}
