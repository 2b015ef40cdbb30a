/** Publishes a link, or photos with the link in the text, on a Page (docs/networks/facebook.md, section 3). */
import { z } from "zod";
import { say } from "../../words/words.ts";
import { type Answer, publishing } from "../call/request.ts";
import { askGraph } from "../meta/call.ts";
import { readUsage } from "../meta/usage.ts";
import {
  type Account,
  type Picture,
  PlatformError,
  type Post,
  type ShareResult,
  type Tokens,
} from "../platform.ts";
import { withAddress } from "../posts/address-in-text.ts";
import { fitPicture } from "../posts/pictures.ts";
import { toWebAddress, type WebAddress, webAddress } from "../posts/web-address.ts";
import { toError } from "./errors.ts";
import { type Context, send, unreadable } from "./send.ts";

const PICTURES = { types: ["image/jpeg", "image/png"], maxBytes: 4 * 1_024 * 1_024 };

const createdShape = z.object({
  id: z.string().min(1),
  permalink_url: webAddress.optional().catch(undefined),
});
const uploadedShape = z.object({ id: z.string().min(1) });

/** Uploads the photos, then publishes the post. @throws {PlatformError} ambiguous if Facebook may have posted it */
export async function publishPost(
  { app, world }: Context,
  account: Account,
  tokens: Tokens,
  post: Post,
): Promise<ShareResult> {
  const photos: string[] = [];
  for (const picture of post.pictures)
    photos.push(await uploadPhoto({ app, world }, account, tokens, picture));
  const answer = await askGraph(
    world,
    app,
    {
      method: "POST",
      path: `/${account.id}/feed`,
      query: { fields: "id,permalink_url" },
      token: tokens.accessToken,
      json: contentOf(post, photos),
    },
    publishing(post),
  );
  const created = answer.status === 200 ? createdShape.safeParse(answer.body).data : undefined;
  const budgets = readUsage(answer.headers, world.now());
  if (created !== undefined) return { ...toResult(app.origin, created.id, created.permalink_url), budgets };
  throw judgePosting(answer, post, world.now());
}

/** Uploads a photo that stays unpublished until a post attaches it. @returns its id */
async function uploadPhoto(
  context: Context,
  account: Account,
  tokens: Tokens,
  picture: Picture,
): Promise<string> {
  const { bytes, type, alt } = await fitPicture(picture, PICTURES);
  const multipart = new FormData();
  multipart.set("published", "false");
  if (alt !== "") multipart.set("alt_text_custom", alt);
  multipart.set("source", new Blob([new Uint8Array(bytes)], { type }), "picture");
  const asked = { path: `/${account.id}/photos`, token: tokens.accessToken, multipart } as const;
  const answer = await send(context, { ...asked, method: "POST" });
  const uploaded = uploadedShape.safeParse(answer.body).data;
  if (uploaded === undefined) throw unreadable(answer);
  return uploaded.id;
}

/** @param origin where posts are shown; a post's id leads to it there */
export function toResult(origin: string, id: string, permalink: WebAddress | undefined): ShareResult {
  return { platformPostId: id, url: permalink ?? toWebAddress(`${origin}/${id}`) };
}

/** The body of the call: either a link with its text, or photos with theirs. */
function contentOf(post: Post, photos: readonly string[]) {
  const message = wordsOf(post);
  if (photos.length > 0)
    return { message, attached_media: photos.map((id) => ({ media_fbid: id })), published: true };
  return { ...(message === "" ? {} : { message }), link: post.url, published: true };
}

/** The post's text. Facebook shows no link card beside photos, so the link goes into the text. */
export function wordsOf({ text, url, pictures }: Post): string {
  return pictures.length > 0 ? withAddress(text, url) : text;
}

/** A server error is ambiguous: Facebook has been seen to report one after it had posted (docs/networks/facebook.md, section 6). */
function judgePosting(answer: Answer, { firstSentAt }: Post, now: Date): PlatformError {
  const error = toError(answer, now);
  const { status } = answer;
  if (error.kind === "transient") {
    const message = say("Facebook gave no clear answer ({status}). It may or may not have posted this.", {
      status,
    });
    return new PlatformError("ambiguous", { code: "no-clear-answer", message, status });
  }
  if (error.kind === "duplicate" && firstSentAt === undefined)
    return new PlatformError("rejected", { code: "repeated", message: error.told, status });
  return error;
}
