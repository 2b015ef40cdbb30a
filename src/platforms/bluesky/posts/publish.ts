/**
 * Publishes a post under a key that is chosen and kept before the fence, so that a repeat is the same record
 * (docs/networks/bluesky.md, section 5).
 */
import { z } from "zod";
import { say } from "../../../words/words.ts";
import { type Answer, publishing } from "../../call/request.ts";
import { isTrouble } from "../../call/trouble.ts";
import { PlatformError, type Post, type ShareResult } from "../../platform.ts";
import { parseOptions } from "../../posts/options.ts";
import { errorNameOf, toError } from "../errors.ts";
import { allowedReplies, optionsShape } from "../options.ts";
import type { Parts } from "../parts.ts";
import { askAsOwner, callProcedure, type Session } from "../xrpc.ts";
import { GATES, POSTS, toResult, uriOf } from "./address.ts";
import { buildRecord } from "./record.ts";
import { makeRecordKey } from "./record-key.ts";

const chosenShape = z.object({ recordKey: z.string(), createdAt: z.string() });
type Chosen = z.infer<typeof chosenShape>;

/** The key that an earlier attempt chose, if one did. */
export function readRecordKey({ remembered }: Pick<Post, "remembered">): string | undefined {
  return chosenShape.safeParse(remembered).data?.recordKey;
}

/** @throws {PlatformError}, and what `beforePublish` throws */
export async function publish(parts: Parts, session: Session, post: Post): Promise<ShareResult> {
  const { replies, language } = parseOptions(optionsShape, post.options);
  const chosen = chosenShape.safeParse(post.remembered).data ?? choose(parts);
  const record = await buildRecord(parts, session, { post, createdAt: chosen.createdAt, language });
  if (replies !== undefined) await putGate(parts, session, chosen, allowedReplies(replies));
  // A demand for a newer nonce would cost a second passage of the fence.
  if (!parts.nonces.isFresh(session.server))
    await askAsOwner(parts, session, "com.atproto.server.getSession");
  const answer = await callProcedure(
    parts,
    session,
    {
      name: "com.atproto.repo.putRecord",
      // `swapRecord: null` overwrites nothing: a repeat is refused by its name.
      json: { ...{ repo: session.did, collection: POSTS, rkey: chosen.recordKey }, record, swapRecord: null },
    },
    publishing(post, chosen),
  );
  if (answer.status === 200 && isWritten(answer)) return toResult(parts, session.did, chosen.recordKey);
  if (errorNameOf(answer) === "InvalidSwap") return toResult(parts, session.did, chosen.recordKey);
  throw judge(answer, session, parts.world.now());
}

function choose({ world }: Parts): Chosen {
  const now = world.now();
  return { recordKey: makeRecordKey(now), createdAt: now.toISOString() };
}

const writtenShape = z.object({ uri: z.string() });

function isWritten({ body }: Answer): boolean {
  return writtenShape.safeParse(body).success;
}

/** Who may reply is set before the post is visible, so that nobody is faster. It has the post’s key. */
async function putGate(
  parts: Parts,
  session: Session,
  { recordKey, createdAt }: Chosen,
  allow: readonly object[],
): Promise<void> {
  const record = { $type: GATES, post: uriOf(session.did, recordKey), allow, createdAt };
  const answer = await callProcedure(parts, session, {
    name: "com.atproto.repo.putRecord",
    json: { repo: session.did, collection: GATES, rkey: recordKey, record },
  });
  if (answer.status !== 200) throw toError(answer, session.server, parts.world.now());
}

/** After an unclear answer the record may have been written. */
function judge(answer: Answer, { server }: Session, now: Date): PlatformError {
  const error = toError(answer, server, now);
  if (!isTrouble(error)) return error;
  const message = say("Bluesky gave no clear answer ({status}). It may or may not have posted this.", {
    status: answer.status,
  });
  return new PlatformError("ambiguous", { code: "no-clear-answer", message, status: answer.status });
}
