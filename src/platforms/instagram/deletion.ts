/** Deletes a post, and tells whether one is deleted (docs/networks/instagram.md, section 4.6). */
import { say } from "../../words/words.ts";
import type { Answer } from "../call/request.ts";
import { readGraphError } from "../meta/graph-error.ts";
import { PlatformError, type PostPresence } from "../platform.ts";
import { judge } from "./errors.ts";
import type { Wire } from "./routes/route.ts";

/** Succeeds too if the post is already gone and the account can still be read. @throws {PlatformError} */
export async function deletePost(wire: Wire, mediaId: string): Promise<void> {
  const answer = await wire.remove?.(`/${mediaId}`);
  if (answer === undefined) {
    const message = say("Instagram does not let us delete this post. Delete it in the Instagram app.");
    throw new PlatformError("rejected", { code: "deleting-unsupported", message });
  }
  if (answer.status === 200) return;
  if (!(await isGone(wire, answer))) throw judge(answer, { step: "prepare", now: wire.world.now() }).error;
}

/** @returns "gone" only if the account can still be read @throws {PlatformError} */
export async function hasPost(wire: Wire, mediaId: string): Promise<PostPresence> {
  const answer = await wire.read(`/${mediaId}?fields=id`);
  if (answer.status === 200) return "there";
  return (await isGone(wire, answer)) ? "gone" : "unknown";
}

async function isGone(wire: Wire, answer: Answer): Promise<boolean> {
  const error = readGraphError(answer);
  return error?.code === 100 && error.subcode === 33 && (await wire.checkToken()).status === 200;
}
