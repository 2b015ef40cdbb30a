/** Posts to a Mastodon server (docs/networks/mastodon.md, section 4). */
import { say } from "../../../words/words.ts";
import { bearer } from "../../call/oauth2.ts";
import { type Answer, publishing } from "../../call/request.ts";
import {
  type Picture,
  PlatformError,
  type PlatformWorld,
  type Post,
  type ShareResult,
} from "../../platform.ts";
import { readExtra } from "../account.ts";
import { readBudgets } from "../errors.ts";
import { toParameters } from "../options.ts";
import { type Grant, judgePost } from "../refusal.ts";
import { whatIsKnownOf } from "../software.ts";
import { uploadPictures } from "./media.ts";
import { type Owner, statusShape, toResult } from "./status.ts";

/** @throws {PlatformError}, and what `beforePublish` throws */
export async function postStatus(
  world: PlatformWorld,
  { account, tokens }: Owner,
  post: Post,
): Promise<ShareResult> {
  const { origin, software } = readExtra(account);
  const parameters = toParameters(post.options);
  const pictures = whatIsKnownOf(software).needsPicture ? await findPictures(post) : post.pictures;
  const mediaIds = await uploadPictures(world, { origin, tokens }, pictures);
  const answer = await publishing(post)(world.fetch, {
    method: "POST",
    url: `${origin}/api/v1/statuses`,
    headers: { ...bearer(tokens), "idempotency-key": post.idempotencyKey },
    // Without a visibility, the server uses the person’s default.
    json: {
      status: post.text,
      ...parameters,
      ...(mediaIds.length === 0 ? {} : { media_ids: mediaIds }),
    },
  });
  const status = statusShape.safeParse(answer.body).data;
  if (answer.status === 200 && status !== undefined)
    return { ...toResult(status, origin), budgets: readBudgets(answer.headers) };
  throw await judge(world, { account, tokens }, post, answer);
}

/** The page's picture, if the person chose none. @throws {PlatformError} if there is none either */
async function findPictures(post: Post): Promise<readonly Picture[]> {
  if (post.pictures.length > 0) return post.pictures;
  const picture = await post.loadPicture();
  if (picture !== undefined) return [picture];
  throw new PlatformError("rejected", {
    code: "no-picture",
    message: say("This server takes no posts without a picture. Add one, and share again."),
  });
}

/**
 * Some of Mastodon's refusals are certain only from Mastodon: another server's proxy may answer 503 because it was
 * slow, and some servers mistake the key of a failed attempt for a repeat and refuse it.
 */
async function judge(world: PlatformWorld, owner: Owner, post: Post, answer: Answer): Promise<PlatformError> {
  const { origin, software } = readExtra(owner.account);
  const grant: Grant = { origin, tokens: owner.tokens };
  const error = await judgePost(world, grant, answer);
  if (whatIsKnownOf(software).keySeconds !== undefined) return error;
  const isRepeatRefused = post.firstSentAt !== undefined && error.kind === "rejected";
  if (!isRepeatRefused && ![408, 503].includes(answer.status)) return error;
  const message = say(
    "The Mastodon server gave no clear answer ({status}). It may or may not have posted this.",
    { status: answer.status },
  );
  return new PlatformError("ambiguous", { code: "server-trouble", message, status: answer.status });
}
