/** Finds the page to share in what an app, a share sheet or a person hands over, and leads to its share page. */
import { createMiddleware } from "hono/factory";
import { findAddress, wordsBeside } from "../../pages/find-address.ts";
import { readPageLink } from "../../pages/page.ts";
import type { WebContext, WebEnv } from "../guards/context.ts";
import { sharePath } from "../share/share-path.ts";

/** In characters. Keeps the address of the share page below what proxies accept. */
const LONGEST_WORDS = 1_000;

/** Redirects to the page's own share link where the address stands in the text or title, or lacks its scheme. */
export const findPage = createMiddleware<WebEnv>(async (c, next) => {
  const path = findSharePath(c.req.query());
  if (path !== undefined) return c.redirect(path, 303);
  await next();
  return undefined;
});

function findSharePath(query: Readonly<Record<string, string>>): string | undefined {
  // A good link stays as it is, and a bad one is explained.
  if (!("problem" in readPageLink(query))) return undefined;
  const found = findAddress(query);
  if (found === undefined) return undefined;
  const reading = readPageLink({ ...query, url: found.url, title: found.title });
  if ("problem" in reading) return undefined;
  const words = found.text.slice(0, LONGEST_WORDS);
  const text = words === "" ? "" : `&${new URLSearchParams({ text: words })}`;
  return sharePath(reading.link) + text;
}

/** Returns the words that came with a page, for the message. Without the page's address, which is shared anyway. */
export function readSharedWords(c: WebContext, url: string): string {
  return wordsBeside(c.req.query("text") ?? "", url);
}
