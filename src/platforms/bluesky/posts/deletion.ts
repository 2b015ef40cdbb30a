/** Deletes a post, and the record that said who may reply (docs/networks/bluesky.md, section 4). */
import type { OptionValues } from "../../platform.ts";
import { toError } from "../errors.ts";
import type { Parts } from "../parts.ts";
import { callProcedure, type Session } from "../xrpc.ts";
import { GATES, keyOf, POSTS } from "./address.ts";

/** Succeeds if it is already gone. @throws {PlatformError} */
export async function deletePost(
  parts: Parts,
  session: Session,
  { uri, options }: { readonly uri: string; readonly options: OptionValues },
): Promise<void> {
  await deleteRecord(parts, session, POSTS, uri);
  if (options.replies !== undefined) await deleteRecord(parts, session, GATES, uri);
}

async function deleteRecord(parts: Parts, session: Session, collection: string, uri: string): Promise<void> {
  const answer = await callProcedure(parts, session, {
    name: "com.atproto.repo.deleteRecord",
    json: { repo: session.did, collection, rkey: keyOf(uri) },
  });
  if (answer.status !== 200 || answer.body === undefined)
    throw toError(answer, session.server, parts.world.now());
}
