/** Cancels shares that have not gone out, and starts overdue ones. */
import { z } from "zod";
import { type CancelOutcome, cancelRequest, cancelShare, shareNow } from "../../../../sharing/acts/cancel.ts";
import { say } from "../../../../words/words.ts";
import { showNotFound } from "../../../frame/errors.tsx";
import type { WebContext } from "../../../guards/context.ts";
import { redirectToShare, renderShareResult } from "../share-result.tsx";

const id = z.uuid();

/** POST /social/cancel/:shareId/ */
export async function submitCancel(c: WebContext) {
  const shareId = id.safeParse(c.req.param("shareId"));
  if (!shareId.success) return showNotFound(c);
  return await tell(c, await cancelShare(c.var.runtime, c.var.person, shareId.data), shareId.data);
}

/** POST /social/share/:requestId/cancel/ */
export async function submitCancelAll(c: WebContext) {
  const requestId = id.safeParse(c.req.param("requestId"));
  if (!requestId.success) return showNotFound(c);
  return await tell(c, await cancelRequest(c.var.runtime, c.var.person, requestId.data));
}

/** POST /social/now/:shareId/: sends an overdue share. */
export async function submitShareNow(c: WebContext) {
  const shareId = id.safeParse(c.req.param("shareId"));
  const started = shareId.success && (await shareNow(c.var.runtime, c.var.person, shareId.data));
  return started ? await redirectToShare(c, shareId.data, started.requestId) : showNotFound(c);
}

/** @param shareId the share that was to be cancelled; undefined for all of the request */
async function tell(c: WebContext, cancelled: CancelOutcome, shareId?: string) {
  if (cancelled.outcome === "not-found") return showNotFound(c);
  if (cancelled.left === 0)
    return shareId === undefined
      ? c.redirect(`/social/share/${cancelled.requestId}/`, 303)
      : await redirectToShare(c, shareId, cancelled.requestId);
  c.status(409);
  return renderShareResult(
    c,
    { id: cancelled.requestId },
    { bad: say("Too late to cancel: sending had already started.") },
  );
}
