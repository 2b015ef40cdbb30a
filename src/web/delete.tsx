/** Taking a post back. */
import { z } from "zod";
import { deleteShare } from "../sharing/delete.ts";
import type { WebContext } from "./context.ts";
import { showNotFound } from "./errors.tsx";
import { leaveNotice } from "./notice.ts";
import { findRequest, renderShareResult } from "./share-result.tsx";

export async function submitDeletion(c: WebContext) {
  const { runtime, person } = c.var;
  const id = z.uuid().safeParse(c.req.param("shareId"));
  if (!id.success) return showNotFound(c);
  const deleted = await deleteShare(runtime, person, id.data);
  if (deleted.outcome === "not-found") return showNotFound(c);
  const request = await findRequest(c, deleted.requestId);
  const share = request?.shares.find((mine) => mine.id === id.data);
  if (request === undefined || share === undefined) return showNotFound(c);
  if (deleted.outcome === "deleted") {
    leaveNotice(c, "deleted", share.connection.platform);
    return c.redirect(`/social/share/${deleted.requestId}/`, 303);
  }
  c.status(409);
  return renderShareResult(c, request, { bad: deleted.problem });
}
