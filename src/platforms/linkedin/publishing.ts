/** Publishes a post: first its pictures, then the one request that can be repeated unchanged (docs/networks/linkedin.md, sections 4, 6 and 9). */
import { say } from "../../words/words.ts";
import { type Answer, publishing } from "../call/request.ts";
import { isTrouble } from "../call/trouble.ts";
import { PlatformError, type Post, type ShareResult } from "../platform.ts";
import { callApi, type Parts } from "./call.ts";
import { toError } from "./errors.ts";
import { type Publishing, prepare, rememberedShape } from "./pictures/uploads.ts";
import { permalinkOf, profileOf, toBody, type Uploads } from "./posts.ts";

const NOT_READY = { code: "picture-not-ready", waitMs: 5_000, tries: 6 };
const CONFLICT = { code: "conflict", waitMs: 1_000, tries: 1 };

/** Publishes the post once. @throws {PlatformError} and what `beforePublish` throws */
export async function publish(asked: Publishing, post: Post): Promise<ShareResult> {
  const { pauses } = rememberedShape.parse(post.remembered);
  const publishing = { ...asked, circumstances: { ...asked.circumstances, pauses } };
  try {
    const uploads = await prepare(publishing, post);
    return await send(publishing, post, uploads);
  } catch (error) {
    // LinkedIn does not say how long to wait, so each pause is twice as long as the one before.
    if (error instanceof PlatformError && error.code === "throttled")
      await post.remember({ pauses: pauses + 1 });
    throw error;
  }
}

async function send(publishing: Publishing, post: Post, uploads: Uploads): Promise<ShareResult> {
  const waits = { [NOT_READY.code]: 0, [CONFLICT.code]: 0 };
  for (;;) {
    const outcome = await sendOnce(publishing, post, uploads);
    if (!(outcome instanceof PlatformError)) return outcome;
    const again = [NOT_READY, CONFLICT].find(({ code }) => code === outcome.code);
    const spent = again === undefined ? 0 : (waits[again.code] ?? 0);
    if (again === undefined || spent === again.tries) return await giveUp(publishing, post, uploads, outcome);
    waits[again.code] = spent + 1;
    await publishing.parts.world.wait(again.waitMs);
  }
}

async function sendOnce(
  { parts, tokens, author, circumstances }: Publishing,
  post: Post,
  uploads: Uploads,
): Promise<ShareResult | PlatformError> {
  const call = { method: "POST", path: "/rest/posts", json: toBody(author, post, uploads) } as const;
  const answer = await callApi(parts, tokens, call, publishing(post, uploads));
  if (answer.status === 201 || answer.status === 200) return toResult(parts, author, answer);
  const error = toError(answer, circumstances);
  if (error.kind === "duplicate") return await judgeRepeat({ parts, tokens }, post, error);
  if (!isTrouble(error)) return error;
  return new PlatformError("ambiguous", {
    code: "no-clear-answer",
    message: say("LinkedIn gave no clear answer ({status}). It may or may not have posted this.", {
      status: answer.status,
    }),
    status: answer.status,
  });
}

/** LinkedIn also reports a repeat of a post that it has deleted since, or never showed. If it cannot find the post, there is none. */
async function judgeRepeat(
  { parts, tokens }: Pick<Publishing, "parts" | "tokens">,
  post: Post,
  error: PlatformError,
): Promise<PlatformError> {
  const urn = error.existing?.platformPostId;
  if (urn === undefined) return error;
  const path = `/rest/posts/${encodeURIComponent(urn)}`;
  const answer = await callApi(parts, tokens, { method: "GET", path }).catch(() => undefined);
  if (answer?.status !== 404) return error;
  if (post.firstSentAt !== undefined)
    return new PlatformError("ambiguous", {
      code: "ghost",
      message: say("LinkedIn says that it already has this post, but does not show it."),
    });
  return new PlatformError("duplicate", {
    code: "duplicate",
    message: say(
      "LinkedIn treats this as a repeat of a post that was deleted. Change the message to post it again.",
    ),
    ...(error.status === undefined ? {} : { status: error.status }),
  });
}

/** The post is published even if the answer does not name it. */
function toResult({ origin }: Parts, author: string, { headers }: Answer): ShareResult {
  const urn = headers.get("x-restli-id") ?? headers.get("x-linkedin-id");
  if (urn === null) return { url: profileOf(origin, author) };
  return { platformPostId: urn, url: permalinkOf(origin, urn) };
}

/** If LinkedIn refuses the card’s picture, sends the card without it; otherwise throws the error. */
async function giveUp(
  publishing: Publishing,
  post: Post,
  uploads: Uploads,
  error: PlatformError,
): Promise<ShareResult> {
  const isPicture = error.code === "picture-refused" || error.code === NOT_READY.code;
  if (!isPicture || !("thumbnail" in uploads) || uploads.thumbnail === null) throw error;
  if (post.firstSentAt !== undefined) {
    // The first request may have published the post, and LinkedIn would not recognize another body as its repeat.
    const message = say("LinkedIn gave no clear answer earlier, and does not accept the same post again.");
    throw new PlatformError("ambiguous", { code: "not-repeatable", message });
  }
  const bare = { thumbnail: null };
  await post.remember(bare);
  return await send(publishing, post, bare);
}
