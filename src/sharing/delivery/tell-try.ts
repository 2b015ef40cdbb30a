/** Logs each try that failed, and counts all tries. */
import { deletions, tries } from "../../net/meter.ts";
import { callFields, currentTask } from "../../net/task.ts";
import type { SharingRuntime } from "../runtime.ts";

/** What the record of attempts says about a failure. */
interface Failure {
  readonly error_code?: string | undefined;
  readonly http_status?: number | undefined;
  readonly next_attempt_at?: Date | undefined;
}

/**
 * Counts the try, and logs it if it failed. The task says which share, account and network it is about.
 * @param result the new state of the share or of its deletion
 */
export function tellTry(
  { log }: Pick<SharingRuntime, "log">,
  what: "share" | "deletion",
  result: string,
  { error_code: code, http_status: status, next_attempt_at: nextAt }: Failure,
): void {
  const { network = "unknown" } = currentTask();
  (what === "share" ? tries : deletions).add({ network, result });
  if (code === undefined) return;
  const told = { ...callFields(), result, code, ...(status && { status }), ...(nextAt && { nextAt }) };
  log.info(told, what === "share" ? "a try to share came to nothing" : "a try to delete came to nothing");
}
