/** Tells systemd how the service is: ready, at work, about to stop (sd_notify(3)). */
import { execFile } from "node:child_process";
import type { Supervision } from "../../config/config.ts";
import { checkReadiness } from "../../operation/trouble/readiness.ts";
import type { Service } from "../../service/service.ts";

/** Signs of life per span that systemd waits for one: a single one that is late, or finds the database busy, is no matter. */
const SIGNS_PER_SPAN = 4;
/** How long until somebody who is not ready yet looks again, where systemd waits for no signs of life. */
const UNTIL_READY_MS = 1_000;
const TOLD_WITHIN_MS = 5_000;

/**
 * Says READY=1 once the service can do its work, and WATCHDOG=1 again and again for as long as it can: what hangs, or has lost
 * its database for good, falls silent, and systemd starts it anew. Does nothing where nobody wants to be told.
 * @returns to be called when the service begins to stop
 */
export function keepInformed(
  supervision: Supervision | undefined,
  { runtime }: Service,
): () => Promise<void> {
  if (supervision === undefined) return async () => {};
  const pause = (supervision.watchdogMs ?? UNTIL_READY_MS) / SIGNS_PER_SPAN;
  let told = Promise.resolve();
  /** One after the other: each telling is a process, and the last word has to be the last. */
  const tell = (words: readonly string[]): Promise<void> => {
    told = told
      .then(() => notify(supervision, words))
      .catch((error: unknown) =>
        runtime.log.error({ err: error }, "systemd could not be told; is systemd-notify installed?"),
      );
    return told;
  };
  let wasReady = false;
  let stopping = false;
  const look = async (): Promise<void> => {
    const { status: whole, ...parts } = await checkReadiness(runtime);
    if (stopping) return;
    const others = Object.entries(parts).filter(([, word]) => word !== "ok");
    const words = others.map(([part, word]) => `${part} ${word}`).join(", ");
    // Starting anew mends neither a full disk nor a standby.
    const ready = parts.database !== "unavailable" && parts.queue === "ok";
    const status = whole === "ok" ? "Ready" : ready ? `Ready, but ${words}` : `Does not answer: ${words}`;
    const signs = ready ? [...(wasReady ? [] : ["READY=1"]), "WATCHDOG=1"] : [];
    await tell([...signs, `STATUS=${status}`]);
    wasReady ||= ready;
    if (!stopping && (supervision.watchdogMs !== undefined || !wasReady)) setTimeout(look, pause).unref();
  };
  void look();
  return async () => {
    stopping = true;
    await tell(["STOPPING=1", "STATUS=Finishes what is under way"]);
  };
}

/** By systemd's own program: Node has no datagram sockets of that kind. It is handed none of our environment. */
function notify({ socket, path }: Supervision, words: readonly string[]): Promise<void> {
  const env = { NOTIFY_SOCKET: socket, PATH: path };
  return new Promise((done, fail) => {
    execFile("systemd-notify", words, { env, timeout: TOLD_WITHIN_MS, killSignal: "SIGKILL" }, (error) =>
      error === null ? done() : fail(error),
    );
  });
}
