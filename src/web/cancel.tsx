/** Taking back what has not gone out, and starting what is late. */
import { z } from "zod";
import { type CancelOutcome, cancelRequest, cancelShare, shareNow } from "../sharing/cancel.ts";
import { say } from "../words/words.ts";
import type { WebContext } from "./context.ts";
import { showNotFound } from "./errors.tsx";
import { findRequest, renderShareResult } from "./share-result.tsx";

const id = z.uuid();

export async function submitCancel(c: WebContext) {
  const shareId = id.safeParse(c.req.param("shareId"));
  if (!shareId.success) return showNotFound(c);
  return await tell(c, await cancelShare(c.var.runtime, c.var.person, shareId.data));
}

export async function submitCancelAll(c: WebContext) {
  const requestId = id.safeParse(c.req.param("requestId"));
  if (!requestId.success) return showNotFound(c);
  return await tell(c, await cancelRequest(c.var.runtime, c.var.person, requestId.data));
}

export async function submitShareNow(c: WebContext) {
  const shareId = id.safeParse(c.req.param("shareId"));
  const started = shareId.success && (await shareNow(c.var.runtime, c.var.person, shareId.data));
  return started ? c.redirect(`/social/share/${started.requestId}/`, 303) : showNotFound(c);
}

async function tell(c: WebContext, cancelled: CancelOutcome) {
  if (cancelled.outcome === "not-found") return showNotFound(c);
  if (cancelled.left === 0) return c.redirect(`/social/share/${cancelled.requestId}/`, 303);
  const request = await findRequest(c, cancelled.requestId);
  if (request === undefined) return showNotFound(c);
  c.status(409);
  return renderShareResult(c, request, { bad: say("It was on its way already, and is not cancelled.") });
}
