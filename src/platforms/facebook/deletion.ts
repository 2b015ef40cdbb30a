/** Deletes a Page's post, and tells whether one is deleted (docs/networks/facebook.md, section 3). */
import type { Answer } from "../call/request.ts";
import { readGraphError } from "../meta/graph-error.ts";
import type { PostPresence } from "../platform.ts";

/** Makes a call with the Page's token. */
type Ask = (
  method: "GET" | "DELETE",
  path: string,
  query?: Readonly<Record<string, string>>,
) => Promise<Answer>;

const ID_ONLY = { fields: "id" };

interface PagePost {
  readonly pageId: string;
  readonly postId: string;
}

/** @returns the refusal; undefined if the post is gone @throws {PlatformError} if there is no answer */
export async function deletePost(ask: Ask, { pageId, postId }: PagePost): Promise<Answer | undefined> {
  const answer = await ask("DELETE", `/${postId}`);
  if (answer.status === 200) return undefined;
  return isHidden(answer) ? await refusalOfPage(ask, pageId) : answer;
}

/** @returns "gone" only if the Page itself can still be read @throws {PlatformError} if there is no answer */
export async function hasPost(ask: Ask, { pageId, postId }: PagePost): Promise<PostPresence> {
  const answer = await ask("GET", `/${postId}`, ID_ONLY);
  if (answer.status === 200) return "there";
  return isHidden(answer) && (await refusalOfPage(ask, pageId)) === undefined ? "gone" : "unknown";
}

/** Facebook says "does not exist, or no permission". If the Page can still be read, the post is gone. */
async function refusalOfPage(ask: Ask, pageId: string): Promise<Answer | undefined> {
  const answer = await ask("GET", `/${pageId}`, ID_ONLY);
  return answer.status === 200 ? undefined : answer;
}

function isHidden(answer: Answer): boolean {
  const error = readGraphError(answer);
  return error?.code === 100 && error.subcode === 33;
}
