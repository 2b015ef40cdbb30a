/** Pictures of pages, as we show them to people. */
import { findPreview } from "../../../pages/pictures/preview.ts";
import type { WebContext } from "../../guards/context.ts";

export async function servePreview(c: WebContext) {
  const name = (c.req.param("name") ?? "").replace(/\.jpg$/, "");
  const bytes = await findPreview(c.var.runtime, name);
  if (bytes === undefined) return c.text("There is no such picture.", 404);
  return c.body(new Uint8Array(bytes), 200, {
    "content-type": "image/jpeg",
    "cache-control": "private, max-age=86400",
    "x-robots-tag": "noindex",
  });
}
