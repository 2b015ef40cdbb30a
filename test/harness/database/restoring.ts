/** Shares to all networks, now and later, for tests of a database that goes back in time. */
import { strictEqual } from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { networkNames } from "../../../emulator/networks.ts";
import { type Emulator, startEmulator } from "../../../emulator/server.ts";
import { registerApps } from "../../../src/cli/demo/demo-apps.ts";
import { readConfig } from "../../../src/config/config.ts";
import type { Connection } from "../../../src/connections/connection.ts";
import { type PlatformName, platformNames } from "../../../src/platforms/platform.ts";
import { openRuntime, type Runtime } from "../../../src/service/runtime.ts";
import { getShareRequest } from "../../../src/sharing/record/history.ts";
import { isSettled, type Share } from "../../../src/sharing/share.ts";
import { freePort, letTimePass, serviceVariables } from "../networks/networks.ts";
import { hostPicture, pagePicture } from "../networks/pictures.ts";
import { addPerson, connectAccount } from "../people/accounts.ts";
import { draftFor, submit } from "../people/shares.ts";
import { type RunningProcess, startProcess, untilReady } from "../services/process.ts";
import { waitFor } from "../wait.ts";

export interface Sharer {
  readonly person: { readonly id: string };
  readonly connections: readonly Connection[];
  /** The ids of requests, by their text. */
  readonly requests: Map<string, string>;
}

/** Ana with an account at each network. */
export async function addSharer(
  runtime: Runtime,
  emulator: Emulator,
  networks: readonly PlatformName[] = platformNames,
): Promise<Sharer> {
  const person = await addPerson(runtime);
  const connections: Connection[] = [];
  for (const platform of networks)
    connections.push(await connectAccount(runtime, person, wayTo(emulator, platform)));
  return { person, connections, requests: new Map() };
}

function wayTo({ mastodon }: Emulator, platform: PlatformName) {
  if (platform === "mastodon") return { platform, server: `mastodon.localhost:${mastodon.port}` };
  const way = { instagram: "instagram", linkedin: "profile" }[platform as string];
  return way === undefined ? { platform } : { platform, way };
}

/**
 * Shares a page to all accounts with a text of its own.
 * @param at when; left out: now
 * @returns the text
 */
export async function shareToAll(
  runtime: Runtime,
  sharer: Sharer,
  image: string,
  at?: Date,
): Promise<string> {
  const message = `Worth a read, ${randomUUID()}`;
  const draft = draftFor(sharer.connections, { message, ...(at === undefined ? {} : { at }) });
  const id = await submit(runtime, sharer.person, { ...draft, page: { ...draft.page, image } });
  sharer.requests.set(message, id);
  return message;
}

/** Waits until all of them are settled. */
export async function untilAllSettled(runtime: Runtime, { person, requests }: Sharer): Promise<Share[]> {
  return await waitFor("all shares to be settled", async () => {
    const all = await Promise.all([...requests.values()].map((id) => getShareRequest(runtime, person, id)));
    const shares = all.flatMap((request) => request?.shares ?? []);
    return shares.every(({ status }) => isSettled(status)) ? shares : undefined;
  });
}

/** For each network, how many posts it has of each text. */
export function countPosts(emulator: Emulator, { requests }: Sharer): Record<string, number[]> {
  return Object.fromEntries(
    networkNames.map((name) => [
      name,
      [...requests.keys()].map(
        (message) => emulator[name].world.memory.posts.filter((post) => post.text.includes(message)).length,
      ),
    ]),
  );
}

/** How the data of the stopped service is replaced. */
export interface Turn {
  /** Saves the state while the pages run and nothing is sent. @returns the saved state */
  keep(place: Place): Promise<void>;
  /** Puts the saved state back while the service is stopped. @returns the database where it starts now */
  putBack(place: Place): Promise<string>;
}

interface Place {
  readonly folder: string;
  /** The data folder of the service. */
  readonly data: string;
  /** Runs a command of `sharewell`. @throws when it fails */
  run(words: readonly string[], data?: string): Promise<string>;
  stopPages(): Promise<void>;
}

/**
 * Runs real processes with a database of their own: twelve shares wait, now and for later, when the data is
 * saved. They are sent, the data goes back, and the service starts again.
 * @returns their results, and the log since then
 */
export async function playTurn(
  turn: Turn,
): Promise<{ posts: Record<string, number[]>; told: Share[]; log: string }> {
  const folder = mkdtempSync(join(tmpdir(), "sharewell-restoring-"));
  const emulator = await startEmulator();
  const running = new Set<RunningProcess>();
  try {
    const image = await hostPicture(await pagePicture());
    const port = await freePort();
    const environment = serviceVariables({ port, emulator });
    await registerApps(emulator, environment.SOCIAL_BASE_URL ?? "");
    const start = async (words: readonly string[], data: string) => {
      const process = startProcess(words, { ...environment, SOCIAL_DATA_DIR: data });
      running.add(process);
      await untilReady(process, environment.SOCIAL_BASE_URL ?? "");
      return process;
    };
    const stop = async (process: RunningProcess) => {
      process.child.kill("SIGTERM");
      await process.ended;
      running.delete(process);
    };
    /** While the service runs. */
    const within = async <T>(data: string, work: (runtime: Runtime) => Promise<T>): Promise<T> => {
      const config = readConfig({ ...environment, SOCIAL_DATA_DIR: data }, {});
      const runtime = await openRuntime(config, {
        guest: true,
        log: pino({ level: "silent" }),
        wait: async (milliseconds) => letTimePass(emulator, milliseconds),
      });
      return await work(runtime).finally(() => runtime.close());
    };
    const data = join(folder, "data");
    const pages = await start(["serve", "--no-worker"], data);
    const sharer = await within(data, async (runtime) => {
      const made = await addSharer(runtime, emulator);
      await shareToAll(runtime, made, image);
      await shareToAll(runtime, made, image, new Date(Date.now() + 1_000));
      return made;
    });
    const place: Place = {
      ...{ folder, data },
      run: async (words, where = data) => {
        const process = startProcess(words, { ...environment, SOCIAL_DATA_DIR: where });
        if ((await process.ended) !== 0) throw new Error(process.output());
        return process.output();
      },
      stopPages: () => stop(pages),
    };
    await turn.keep(place);
    if (running.has(pages)) await stop(pages);

    const meanwhile = await start(["serve"], data);
    await within(data, (runtime) => untilAllSettled(runtime, sharer));
    await stop(meanwhile);
    const posted = countPosts(emulator, sharer);
    if (
      Object.values(posted)
        .flat()
        .some((count) => count !== 1)
    )
      throw new Error(`Not all went out before the data was put back: ${JSON.stringify(posted)}`);

    const now = await turn.putBack(place);
    const again = await start(["serve"], now);
    const told = await within(now, (runtime) => untilAllSettled(runtime, sharer));
    await stop(again);
    return { posts: countPosts(emulator, sharer), told, log: again.output() };
  } finally {
    for (const { child } of running) child.kill("SIGKILL");
    await Promise.all([...running].map(({ ended }) => ended));
    await emulator.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Reports the results. @throws when a post exists twice, a share is lost, or nobody was told */
export function expectOnce(
  { posts, told, log }: Awaited<ReturnType<typeof playTurn>>,
  sign: string,
  say: (line: string) => void,
): void {
  const counts = Object.values(posts).flat();
  const found = told.filter(({ status }) => status === "posted").length;
  const unconfirmed = told.filter(({ status }) => status === "unconfirmed").length;
  const twice = counts.filter((count) => count > 1).length;
  const lost = counts.filter((count) => count === 0).length;
  say(
    `${counts.length} shares: ${twice} twice, ${lost} lost; told: ${found} posted, ${unconfirmed} not confirmed`,
  );
  const lines = log.split("\n").filter((line) => line.includes(`"sign":"${sign}"`));
  say(`the log: ${lines[0] ?? "nothing"}`);
  strictEqual(twice, 0, "A post is there twice.");
  strictEqual(lost, 0, "A post is missing.");
  strictEqual(found + unconfirmed, told.length, "A share is told for what it is not.");
  strictEqual(unconfirmed, 2, "LinkedIn alone cannot tell.");
  strictEqual(lines.length, 1, "One line of the log tells of it.");
}
