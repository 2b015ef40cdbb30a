/** The link of the page as a post's first comment, for accounts that let us comment (docs/networks/instagram.md, section 4.7). */
import { z } from "zod";
import { part, say, type Told } from "../../words/words.ts";
import { type OptionValues, PlatformError, type Post, type ShareResult } from "../platform.ts";
import type { PostOption } from "../posts/options.ts";
import { keptShape } from "./attempt.ts";
import { judge } from "./errors.ts";
import type { Wire } from "./routes/route.ts";

/** The permissions for it, one for each way to connect. One is enough. */
export const COMMENTING = {
  instagram: "instagram_business_manage_comments",
  facebook: "instagram_manage_comments",
} as const;

/** The longest comment, in UTF-16 units. */
const LONGEST = 300;
/** A new comment may not be listed at once. */
const LOOKS = 3;
const PAUSE_MS = 3_000;

export const commentOption: PostOption = {
  kind: "switch",
  name: "comment",
  label: say("Put the link in the first comment"),
  hint: say("The caption then has no link."),
  isKept: true,
};

export const optionsShape = z.strictObject({ comment: z.boolean().optional() });

/** Whether the link goes into a comment. One that is too long for a comment stays in the caption. */
export function isInComment(options: OptionValues, url: string): boolean {
  return options.comment === true && url.length <= LONGEST;
}

/** Returns the account's `extra` with what these permissions allow. */
export function commentsAllowed(scopes: readonly string[]): { readonly comments?: true } {
  return Object.values(COMMENTING).some((scope) => scopes.includes(scope)) ? { comments: true } : {};
}

/**
 * Writes the comment below a post that is published, unless an attempt before has. It is sent once: after an unclear answer it is only
 * looked for.
 * @returns the result, with a remark for the person if the comment is not there; never throws, because the post is published
 */
export async function withComment(wire: Wire, post: Post, result: ShareResult): Promise<ShareResult> {
  if (!isInComment(post.options, post.url)) return result;
  const remark = await writeComment(wire, post, result.platformPostId);
  return remark === undefined ? result : { ...result, remark };
}

async function writeComment(wire: Wire, post: Post, media: string | undefined): Promise<Told | undefined> {
  if (media === undefined) return UNSURE;
  const path = `/${media}/comments`;
  if (keptShape.parse(post.remembered).hasCommented) return await look(wire, path, post.url);
  await post.remember({ hasCommented: true });
  const error = await send(wire, path, post.url);
  if (error === undefined) return undefined;
  if (error.kind === "transient" || error.kind === "ambiguous") return await look(wire, path, post.url);
  return say("It was posted without the comment that holds the link. {message}", {
    message: part(error.told),
  });
}

async function send(wire: Wire, path: string, message: string): Promise<PlatformError | undefined> {
  const answer = await wire.prepare(path, { message }).catch(asError);
  if (answer instanceof PlatformError) return answer;
  return answer.status === 200 ? undefined : judge(answer, { step: "publish", now: wire.world.now() }).error;
}

const listShape = z.object({ data: z.array(z.object({ text: z.string().optional() })) });

const UNSURE = say("Instagram did not confirm the comment that holds the link. Check the post.");

async function look(wire: Wire, path: string, message: string): Promise<Told | undefined> {
  for (let looks = 1; ; looks += 1) {
    const answer = await wire.read(`${path}?fields=id,text`).catch(asError);
    const listed = listShape.safeParse("body" in answer ? answer.body : undefined).data?.data ?? [];
    if (listed.some(({ text }) => text === message)) return undefined;
    if (looks === LOOKS) return UNSURE;
    await wire.world.wait(PAUSE_MS);
  }
}

function asError(error: unknown): PlatformError {
  if (!(error instanceof PlatformError)) throw error;
  return error;
}
