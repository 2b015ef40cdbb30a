/** Shares in a test: submits, waits for the result, and reads what the networks have. */
import { randomUUID } from "node:crypto";
import type { Connection } from "../../../src/connections/connection.ts";
import type { Runtime } from "../../../src/service/runtime.ts";
import { wakeDeletions } from "../../../src/sharing/deletion/wake.ts";
import { findShare, getShareRequest } from "../../../src/sharing/record/history.ts";
import { type ShareDraft, submitShares } from "../../../src/sharing/requests/submit.ts";
import { isSettled, type Share } from "../../../src/sharing/share.ts";
import { control } from "../networks/networks.ts";
import { waitFor } from "../wait.ts";

const DAY_MS = 86_400_000;

export function draftFor(connections: readonly Connection[], changes: Partial<ShareDraft> = {}): ShareDraft {
  return {
    page: {
      url: `https://blog.example.com/${randomUUID()}`,
      title: "Why we moved",
      description: "",
      image: undefined,
    },
    message: "Worth a read",
    connectionIds: connections.map(({ id }) => id),
    repeat: [],
    idempotencyKey: randomUUID(),
    ...changes,
  };
}

/** Submits and waits until every share is settled. */
export async function shareTo(runtime: Runtime, person: { id: string }, draft: ShareDraft): Promise<Share[]> {
  return await untilSettled(runtime, person, await submit(runtime, person, draft));
}

/** Submits a draft. @returns the request's id */
export async function submit(runtime: Runtime, person: { id: string }, draft: ShareDraft): Promise<string> {
  const submitted = await submitShares(runtime, person, draft);
  if (submitted.outcome !== "submitted") throw new Error(JSON.stringify(submitted));
  return submitted.requestId;
}

export async function untilSettled(
  runtime: Runtime,
  person: { id: string },
  requestId: string,
  everyMs?: number,
): Promise<Share[]> {
  const look = async () => {
    const request = await getShareRequest(runtime, person, requestId);
    return request?.shares.every(({ status }) => isSettled(status)) ? [...request.shares] : undefined;
  };
  return await waitFor("the shares to be settled", look, undefined, everyMs);
}

/** Waits until the deletion of the share's post is over, skipping the waits between attempts. */
export async function untilDeletionEnds(
  runtime: Runtime,
  person: { id: string },
  shareId: string,
): Promise<Share> {
  const later = { ...runtime, now: () => new Date(runtime.now().getTime() + DAY_MS) };
  return await waitFor("the deletion to end", async () => {
    await wakeDeletions(later);
    const share = await findShare(runtime, person, shareId);
    return share === undefined || share.deletion.state === "deleting" ? undefined : share;
  });
}

export interface SeenPost {
  readonly text: string;
  readonly url: string;
  readonly deleted: boolean;
  /** What only some networks tell. */
  readonly [more: string]: unknown;
}

/** A network's posts, from its control API. */
export async function postsOn(network: { port: number }): Promise<SeenPost[]> {
  return (await control(network, "GET", "posts")) as SeenPost[];
}

/** Makes the next calls of an endpoint fail. */
export async function orderFault(
  network: { port: number },
  endpoint: string,
  fault: object,
  times = 1,
): Promise<void> {
  await control(network, "POST", "faults", { endpoint, times, fault });
}

/** How often an endpoint was called. */
export async function countCalls(network: { port: number }, endpoint: string): Promise<number> {
  const calls = (await control(network, "GET", "calls")) as { endpoint: string }[];
  return calls.filter((call) => call.endpoint === endpoint).length;
}
