/** Tells systemd the state of the service: ready, alive, stopping (sd_notify(3)). */
import { execFile } from "node:child_process";
import type { Supervision } from "../../config/config.ts";
import { checkReadiness } from "../../operation/trouble/readiness.ts";
import type { Service } from "../../service/service.ts";

/** Signs of life per watchdog interval, so that a single late one does no harm. */
const SIGNS_PER_SPAN = 4;
/** The interval of looks until the service is ready, without a watchdog. */
const UNTIL_READY_MS = 1_000;
const TOLD_WITHIN_MS = 5_000;

/**
 * Sends READY=1 once the service can work, and WATCHDOG=1 regularly while it can. A process that hangs or has lost its
 * database falls silent, and systemd restarts it. Does nothing without systemd.
 * @returns a function to call when the service begins to stop
 */
export function keepInformed(
  supervision: Supervision | undefined,
  { runtime }: Service,
): () => Promise<void> {
  if (supervision === undefined) return async () => {};
  const pause = (supervision.watchdogMs ?? UNTIL_READY_MS) / SIGNS_PER_SPAN;
  let told = Promise.resolve();
  /** One message at a time: each starts a process, and they must arrive in order. */
  const tell = (words: readonly string[]): Promise<void> => {
    told = told
      .then(() => notify(supervision, words))
      .catch((error: unknown) =>
        runtime.log.error({ err: error }, "systemd could not be notified; is systemd-notify installed?"),
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
    // A restart fixes neither a full disk nor a standby.
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
    await tell(["STOPPING=1", "STATUS=Finishing work in progress"]);
  };
}

/** Runs systemd-notify, because Node has no datagram sockets of this kind. It inherits none of our environment. */
function notify({ socket, path }: Supervision, words: readonly string[]): Promise<void> {
  const env = { NOTIFY_SOCKET: socket, PATH: path };
  return new Promise((done, fail) => {
    execFile("systemd-notify", words, { env, timeout: TOLD_WITHIN_MS, killSignal: "SIGKILL" }, (error) =>
      error === null ? done() : fail(error),
    );
  });
}
