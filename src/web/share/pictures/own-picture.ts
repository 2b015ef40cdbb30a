/** Serves people's own pictures to themselves, small, for the pages on which they choose them. */
import { z } from "zod";
import { findSmallPicture } from "../../../sharing/pictures/own-pictures.ts";
import type { WebContext } from "../../guards/context.ts";

/** Returns the path of a person's picture. */
export function ownPicturePath(id: string): string {
  return `/social/pictures/${id}/`;
}

/** GET /social/pictures/:pictureId/ */
export async function serveOwnPicture(c: WebContext) {
  const id = z.uuid().safeParse(c.req.param("pictureId"));
  const bytes = id.success ? await findSmallPicture(c.var.runtime, c.var.person, id.data) : undefined;
  if (bytes === undefined) return c.text("There is no such picture.", 404);
  return c.body(new Uint8Array(bytes), 200, {
    "content-type": "image/jpeg",
    "cache-control": "private, max-age=86400, immutable",
    "x-robots-tag": "noindex",
  });
}
