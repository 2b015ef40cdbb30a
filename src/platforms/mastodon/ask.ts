/** Asks a Mastodon server what it tells of itself. */

import { type Answer, callSafely } from "../call/request.ts";
import type { PlatformWorld } from "../platform.ts";
import { rateLimited, serverTrouble } from "./errors.ts";

/** A JSON document, or undefined where there is none. @throws {PlatformError} where the server is in trouble */
export async function ask(
  world: PlatformWorld,
  url: string,
  timeoutMs?: number,
): Promise<Answer | undefined> {
  const patience = timeoutMs === undefined ? {} : { timeoutMs };
  const answer = await callSafely(world.fetch, { method: "GET", url, redirect: "follow", ...patience });
  if (answer.status === 429) throw rateLimited(answer, world.now());
  if (answer.status >= 500) throw serverTrouble(answer, world.now());
  return answer.status === 200 && answer.body !== undefined ? answer : undefined;
}
