/** What a failure is played on: the simulated networks, processes of the service, and access to its database. */
import { setTimeout as pause } from "node:timers/promises";
import { pino } from "pino";
import { type Emulator, startEmulator } from "../../emulator/server.ts";
import { registerApps } from "../../src/cli/demo/demo-apps.ts";
import { readConfig } from "../../src/config/config.ts";
import type { Connection } from "../../src/connections/connection.ts";
import { type OpenRuntime, openRuntime } from "../../src/service/runtime.ts";
import { prepareQueues } from "../../src/sharing/claims/queue.ts";
import { freePort, serviceVariables } from "../../test/harness/networks/networks.ts";
import { addPerson, connectAccount } from "../../test/harness/people/accounts.ts";
import { draftFor, submit } from "../../test/harness/people/shares.ts";
import { type RunningProcess, startProcess } from "../../test/harness/services/process.ts";
import { waitFor } from "../../test/harness/wait.ts";

export interface Stage {
  readonly emulator: Emulator;
  readonly address: string;
  /** Starts the process that the failure happens to. @param environment in addition to its settings */
  start(words: readonly string[], environment?: Readonly<Record<string, string>>): RunningProcess;
  /** Opens the service's database for a person with an account on X. */
  open(): Promise<Hand>;
  /** The answer of /readyz. Undefined: there is none. */
  ready(): Promise<{ readonly status: number; readonly body: Readonly<Record<string, unknown>> } | undefined>;
  /** Waits until /readyz gives this answer. */
  untilReady(what: string, says: (body: Readonly<Record<string, unknown>>) => boolean): Promise<void>;
  close(): Promise<void>;
}

export interface Hand {
  readonly runtime: OpenRuntime;
  /** Shares. @param at undefined: now @returns the message, which identifies its posts */
  share(at?: Date): Promise<string>;
  /** The times at which posts with this message were created. */
  postedAt(message: string): Date[];
}

/** @param settings for example DATABASE_URL, or SOCIAL_DATA_DIR for an embedded database */
export async function openStage(settings: Readonly<Record<string, string>>): Promise<Stage> {
  const emulator = await startEmulator();
  const port = await freePort();
  const address = `http://127.0.0.1:${port}/`;
  const variables = serviceVariables({ port, emulator, changes: { ...settings } });
  await registerApps(emulator, address);
  const running: RunningProcess[] = [];
  const opened: OpenRuntime[] = [];
  const ready: Stage["ready"] = async () => {
    try {
      const answer = await fetch(`${address}readyz`, { signal: AbortSignal.timeout(5_000) });
      const type = answer.headers.get("content-type") ?? "";
      if (!type.includes("json")) return undefined;
      return { status: answer.status, body: (await answer.json()) as Readonly<Record<string, unknown>> };
    } catch {
      return undefined;
    }
  };
  return {
    ...{ emulator, address, ready },
    start: (words, environment = {}) => {
      const started = startProcess(words, { ...variables, ...environment });
      running.push(started);
      return started;
    },
    open: async () => {
      const runtime = await openRuntime(readConfig(variables, {}), {
        log: pino({ level: "silent" }),
        guest: true,
      });
      opened.push(runtime);
      await prepareQueues(runtime.queue);
      const person = await addPerson(runtime);
      const connection = await connectAccount(runtime, person, { platform: "twitter" });
      return handOf({ emulator, runtime, person, connection });
    },
    untilReady: async (what, says) => {
      await waitFor(`/readyz to say ${what}`, async () => {
        const answer = await ready();
        await pause(200);
        return answer !== undefined && says(answer.body) ? true : undefined;
      });
    },
    close: async () => {
      // Their database may be the embedded one.
      await Promise.all(opened.map((runtime) => runtime.close().catch(() => {})));
      for (const { child } of running) child.kill("SIGTERM");
      await Promise.all(running.map(({ ended }) => ended));
      await emulator.stop();
    },
  };
}

function handOf(parts: {
  readonly emulator: Emulator;
  readonly runtime: OpenRuntime;
  readonly person: { readonly id: string };
  readonly connection: Connection;
}): Hand {
  const { emulator, runtime, person, connection } = parts;
  let shares = 0;
  return {
    runtime,
    share: async (at) => {
      shares += 1;
      const message = `Share number ${shares} of ${person.id}`;
      await submit(runtime, person, draftFor([connection], { message, ...(at === undefined ? {} : { at }) }));
      return message;
    },
    postedAt: (message) =>
      emulator.twitter.world.memory.posts
        .filter(({ text }) => text.startsWith(`${message}\n`) || text === message)
        .map(({ createdAt }) => new Date(createdAt)),
  };
}
