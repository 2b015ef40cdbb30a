/** What a database that went back to an earlier moment is tried with: shares to all six networks, now and for later. */
import { randomUUID } from "node:crypto";
import { networkNames } from "../../emulator/network.ts";
import type { Emulator } from "../../emulator/server.ts";
import type { Connection } from "../../src/connections/connection.ts";
import { type PlatformName, platformNames } from "../../src/platforms/platform.ts";
import type { Runtime } from "../../src/runtime.ts";
import { getShareRequest } from "../../src/sharing/history.ts";
import { isSettled, type Share } from "../../src/sharing/share.ts";
import { addPerson, connectAccount } from "./accounts.ts";
import { draftFor, submit } from "./shares.ts";
import { waitFor } from "./wait.ts";

export interface Sharer {
  readonly person: { readonly id: string };
  readonly connections: readonly Connection[];
  /** Requests by their message. */
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

/** A page for all accounts, under words of its own. @param at when; absent: now. @returns its message */
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

/** How many posts each network holds of each message that it holds any of. */
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
