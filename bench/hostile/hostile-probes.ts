/** Requests a service's health and signs in, from a separate thread, so that the rest of the measurement does not count. */
import { setTimeout as pause } from "node:timers/promises";
import { parentPort, workerData } from "node:worker_threads";
import { createVisitor } from "../../test/harness/people/visitor.ts";

export interface ProbesTask {
  readonly address: string;
  readonly mails: readonly string[];
  readonly password: string;
  /** How many sign-ins to do before it ends. Undefined: it runs until it is stopped, and requests /healthz as well. */
  readonly signIns?: number;
}

/** Durations in milliseconds. */
export interface Probes {
  readonly health: readonly number[];
  readonly signIns: readonly number[];
}

const HEALTH_EVERY_MS = 25;
const SIGN_IN_EVERY_MS = 400;
/** The timeout, which a request without an answer counts as. */
export const PATIENCE_MS = 30_000;

async function watch({ address, mails, password, signIns: most }: ProbesTask): Promise<Probes> {
  const health: number[] = [];
  const signIns: number[] = [];
  let isOver = false;
  parentPort?.once("message", () => (isOver = true));

  const timed = async (into: number[], ask: () => Promise<boolean>) => {
    const start = performance.now();
    const isGood = await ask().catch(() => false);
    into.push(isGood ? performance.now() - start : PATIENCE_MS);
  };
  const signIn = async (time: number) => {
    // From many addresses, so that the limits on guessing do not apply.
    const from = { "x-forwarded-for": `192.0.2.${time % 250}` };
    const form = { email: mails[time % mails.length] ?? "", password };
    return (await createVisitor({ address }).post("/login/", form, from)).status === 303;
  };
  const askHealth = async () => {
    const answer = await fetch(`${address}healthz`, { signal: AbortSignal.timeout(PATIENCE_MS) });
    await answer.text();
    return answer.ok;
  };

  const signing = (async () => {
    for (let time = 0; !isOver && time < (most ?? Number.POSITIVE_INFINITY); time += 1) {
      await timed(signIns, () => signIn(time));
      if (most === undefined) await pause(SIGN_IN_EVERY_MS);
    }
  })();
  const asked: Promise<void>[] = [];
  // At a fixed rate, regardless of how long the answers take.
  for (; most === undefined && !isOver; await pause(HEALTH_EVERY_MS)) asked.push(timed(health, askHealth));
  await Promise.all([signing, ...asked]);
  return { health, signIns };
}

parentPort?.postMessage(await watch(workerData as ProbesTask));
parentPort?.close();
