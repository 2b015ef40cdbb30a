/** Handles Retry: sends a share again, or checks whether an unconfirmed one was posted. */
import { z } from "zod";
import { retryRequest, retryShare } from "../../../../sharing/acts/retry.ts";
import { summariseRequest } from "../../../../sharing/record/request-shares.ts";
import { showNotFound } from "../../../frame/errors.tsx";
import { leaveFlash } from "../../../frame/flash.ts";
import type { WebContext } from "../../../guards/context.ts";
import { redirectToShare, renderShareResult } from "../share-result.tsx";

/** POST /social/retry/:shareId/ */
export async function submitRetry(c: WebContext) {
  const id = z.uuid().safeParse(c.req.param("shareId"));
  if (!id.success) return showNotFound(c);
  const retried = await retryShare(c.var.runtime, c.var.person, id.data);
  if (retried.outcome === "not-found") return showNotFound(c);
  if (retried.outcome === "retrying") {
    if (retried.looksOn !== undefined) leaveFlash(c, "looking", retried.looksOn);
    return await redirectToShare(c, id.data, retried.requestId);
  }
  c.status(409);
  return renderShareResult(c, { id: retried.requestId }, { bad: retried.problem });
}

/** POST /social/share/:requestId/retry/: retries all shares of a request that need no decision first. */
export async function submitRetryAll(c: WebContext) {
  const { runtime, person } = c.var;
  const id = z.uuid().safeParse(c.req.param("requestId"));
  const request = id.success ? await summariseRequest(runtime, person, id.data) : undefined;
  if (request === undefined) return showNotFound(c);
  await retryRequest(runtime, person, request.id);
  return c.redirect(`/social/share/${request.id}/`, 303);
}
