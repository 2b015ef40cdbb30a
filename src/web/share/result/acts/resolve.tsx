/** Takes the person's word on a share that its network did not confirm. */
import { z } from "zod";
import { confirmPosted, type ResolveOutcome, shareAnew } from "../../../../sharing/acts/resolve.ts";
import { findShare } from "../../../../sharing/record/history.ts";
import { writtenLine } from "../../../../words/written.ts";
import { showNotFound } from "../../../frame/errors.tsx";
import type { WebContext } from "../../../guards/context.ts";
import { redirectToShare, renderShareResult } from "../share-result.tsx";

const id = z.uuid();
const formShape = z.object({ link: z.string().max(2_000).overwrite(writtenLine).catch("") });

/** POST /social/resolve/:shareId/there/: the person found the post and gives its link. */
export async function submitThere(c: WebContext) {
  const shareId = id.safeParse(c.req.param("shareId"));
  if (!shareId.success) return showNotFound(c);
  const { link } = formShape.parse(await c.req.parseBody());
  const resolved = await confirmPosted(c.var.runtime, c.var.person, { shareId: shareId.data, link });
  return await tell(c, resolved, shareId.data, link);
}

/** POST /social/resolve/:shareId/again/: the person found no post, so that it is sent again. */
export async function submitAgain(c: WebContext) {
  const shareId = id.safeParse(c.req.param("shareId"));
  if (!shareId.success) return showNotFound(c);
  return await tell(c, await shareAnew(c.var.runtime, c.var.person, shareId.data), shareId.data);
}

/** @param link as typed, where the person says that the post is there */
async function tell(c: WebContext, resolved: ResolveOutcome, shareId: string, link?: string) {
  if (resolved.outcome === "not-found") return showNotFound(c);
  if (resolved.outcome === "resolved") return await redirectToShare(c, shareId, resolved.requestId);
  c.status(422);
  const { problem, requestId } = resolved;
  const { runtime, person } = c.var;
  const isInDoubt = (await findShare(runtime, person, shareId))?.status === "unconfirmed";
  // The form with the link is shown only while the share is unconfirmed.
  return renderShareResult(
    c,
    { id: requestId },
    link !== undefined && isInDoubt ? { refusedLink: { shareId, link, problem } } : { bad: problem },
  );
}
