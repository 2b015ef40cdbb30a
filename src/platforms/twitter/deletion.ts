/** Taking a post of X back, and telling whether it is gone (docs/networks/x.md, section 3). */
import { z } from "zod";
import type { Answer } from "../call/request.ts";
import type { PostPresence } from "../platform.ts";

/** One call with the account's token. */
export type Ask = (method: "GET" | "DELETE", path: string) => Promise<Answer>;

/** @returns the refusal; undefined where it is gone @throws {PlatformError} */
export async function deletePost(ask: Ask, postId: string): Promise<Answer | undefined> {
  const answer = await ask("DELETE", `/2/tweets/${encodeURIComponent(postId)}`);
  return answer.status === 200 || answer.status === 404 ? undefined : answer;
}

const foundShape = z.object({ data: z.object({ id: z.string() }) });
/** X tells of what is missing with 200 too. */
const missingShape = z.object({
  errors: z.tuple([z.object({ type: z.string().endsWith("/resource-not-found") })], z.unknown()),
});

export async function hasPost(ask: Ask, postId: string): Promise<PostPresence> {
  const { status, body } = await ask("GET", `/2/tweets/${encodeURIComponent(postId)}`);
  if (status === 200 && foundShape.safeParse(body).success) return "there";
  const isMissing = status === 404 || (status === 200 && missingShape.safeParse(body).success);
  return isMissing ? "gone" : "unknown";
}
