/** The pictures of pages, which we serve as small copies so that no site learns who looks at them. */
import type { SharedPage } from "../../../pages/page.ts";
import { findPreview } from "../../../pages/pictures/preview.ts";
import type { WebContext } from "../../guards/context.ts";

/** How long a page waits for a picture that has to be fetched first. The next visit has it. */
const WAIT_MS = 300;
/** Enough for pictures that are stored already. */
const LIST_WAIT_MS = 150;

/** GET /previews/:name */
export async function servePagePicture(c: WebContext) {
  const name = (c.req.param("name") ?? "").replace(/\.jpg$/, "");
  const bytes = await findPreview(c.var.runtime, name);
  if (bytes === undefined) return c.text("There is no such picture.", 404);
  return c.body(new Uint8Array(bytes), 200, {
    "content-type": "image/jpeg",
    "cache-control": "private, max-age=86400",
    "x-robots-tag": "noindex",
  });
}

/** Returns the path of a page's picture on this service, or undefined where there is none yet. */
export async function findPagePicture(c: WebContext, { image }: SharedPage): Promise<string | undefined> {
  return image === undefined ? undefined : await findPath(c, image, WAIT_MS);
}

/** Returns the paths of several pages' pictures, by the addresses that the pages give them. */
export async function findPagePictures(
  c: WebContext,
  pages: readonly SharedPage[],
): Promise<ReadonlyMap<string, string>> {
  const images = [...new Set(pages.flatMap(({ image }) => image ?? []))];
  const found = await Promise.all(
    images.map(async (image) => [image, await findPath(c, image, LIST_WAIT_MS)] as const),
  );
  return new Map(found.flatMap(([image, path]) => (path === undefined ? [] : [[image, path]])));
}

async function findPath(c: WebContext, image: string, waitMs: number): Promise<string | undefined> {
  return (await c.var.runtime.pages.showPicture(image, waitMs, c.var.person.id))?.path;
}
