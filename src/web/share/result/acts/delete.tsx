/** Deletes a post at its network, and stops waiting for a deletion. */
import { z } from "zod";
import { deleteShare, stopDeleting } from "../../../../sharing/deletion/delete.ts";
import { showNotFound } from "../../../frame/errors.tsx";
import type { WebContext } from "../../../guards/context.ts";
import { findRequest, redirectToShare, renderShareResult } from "../share-result.tsx";

/** POST /social/delete/:shareId/ */
export async function submitDeletion(c: WebContext) {
  const { runtime, person } = c.var;
  const id = z.uuid().safeParse(c.req.param("shareId"));
  if (!id.success) return showNotFound(c);
  const asked = await deleteShare(runtime, person, id.data);
  if (asked.outcome === "not-found") return showNotFound(c);
  if (asked.outcome !== "refused") return await redirectToShare(c, id.data, asked.requestId);
  const request = await findRequest(c, asked.requestId);
  if (request === undefined) return showNotFound(c);
  c.status(409);
  return renderShareResult(c, request, { bad: asked.problem });
}

/** POST /social/delete/:shareId/stop/ */
export async function submitStopDeleting(c: WebContext) {
  const { runtime, person } = c.var;
  const id = z.uuid().safeParse(c.req.param("shareId"));
  const stopped = id.success ? await stopDeleting(runtime, person, id.data) : undefined;
  if (!id.success || stopped === undefined || stopped.outcome === "not-found") return showNotFound(c);
  return await redirectToShare(c, id.data, stopped.requestId);
}
