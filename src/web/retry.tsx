/** Trying a share again, or looking for one that nobody confirmed. */
import { z } from "zod";
import { retryShare } from "../sharing/retry.ts";
import type { WebContext } from "./context.ts";
import { showNotFound } from "./errors.tsx";
import { leaveNotice } from "./notice.ts";
import { findRequest, renderShareResult } from "./share-result.tsx";

export async function submitRetry(c: WebContext) {
  const id = z.uuid().safeParse(c.req.param("shareId"));
  if (!id.success) return showNotFound(c);
  const retried = await retryShare(c.var.runtime, c.var.person, id.data);
  if (retried.outcome === "not-found") return showNotFound(c);
  if (retried.outcome === "retrying") {
    if (retried.looksOn !== undefined) leaveNotice(c, "looking", retried.looksOn);
    return c.redirect(`/social/share/${retried.requestId}/`, 303);
  }
  const request = await findRequest(c, retried.requestId);
  if (request === undefined) return showNotFound(c);
  c.status(409);
  return renderShareResult(c, request, { bad: retried.problem });
}
