/** Deletes a post on X, and checks whether it still exists (docs/networks/x.md, section 3). */
import { z } from "zod";
import type { Answer } from "../call/request.ts";
import type { PostPresence } from "../platform.ts";

/** Makes one call with the account’s token. */
export type Ask = (method: "GET" | "DELETE", path: string) => Promise<Answer>;

/** Returns X’s refusal, or undefined if the post is gone. @throws {PlatformError} if nothing answers */
export async function deletePost(ask: Ask, postId: string): Promise<Answer | undefined> {
  const answer = await ask("DELETE", `/2/tweets/${encodeURIComponent(postId)}`);
  return answer.status === 200 || answer.status === 404 ? undefined : answer;
}

const foundShape = z.object({ data: z.object({ id: z.string() }) });
/** X also reports a missing post with status 200. */
const missingShape = z.object({
  errors: z.tuple([z.object({ type: z.string().endsWith("/resource-not-found") })], z.unknown()),
});

/** @throws {PlatformError} if nothing answers */
export async function hasPost(ask: Ask, postId: string): Promise<PostPresence> {
  const { status, body } = await ask("GET", `/2/tweets/${encodeURIComponent(postId)}`);
  if (status === 200 && foundShape.safeParse(body).success) return "there";
  const isMissing = status === 404 || (status === 200 && missingShape.safeParse(body).success);
  return isMissing ? "gone" : "unknown";
}
