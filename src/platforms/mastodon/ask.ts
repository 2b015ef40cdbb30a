/** Requests a Mastodon server’s public information. */
import { type Answer, callSafely } from "../call/request.ts";
import type { PlatformWorld } from "../platform.ts";
import { rateLimited, serverTrouble } from "./errors.ts";

/** Returns the answer if it is a JSON document, otherwise undefined. @throws {PlatformError} if the server is overloaded or failing */
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
