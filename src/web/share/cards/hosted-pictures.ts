/** Pictures that networks fetch from us, each at an unguessable address. */
import { findHostedPicture } from "../../../pages/pictures/public-pictures.ts";
import type { WebContext } from "../../guards/context.ts";

/** GET /pictures/:name */
export async function serveHostedPicture(c: WebContext) {
  const name = (c.req.param("name") ?? "").replace(/\.(jpg|png)$/, "");
  const picture = await findHostedPicture(c.var.runtime, name);
  if (picture === undefined) return c.text("There is no such picture.", 404);
  return c.body(new Uint8Array(picture.bytes), 200, {
    "content-type": picture.type,
    "cache-control": "private, max-age=3600",
    "cross-origin-resource-policy": "cross-origin",
    "x-robots-tag": "noindex",
  });
}
