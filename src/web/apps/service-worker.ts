/** The service worker: its script, and the page that it shows without a connection. */
import { createHash } from "node:crypto";
import { assetPath, readOwn } from "../assets.ts";
import { readPageValues } from "../frame/branding.ts";
import type { WebContext } from "../guards/context.ts";

const script = readOwn("service-worker.js");

/** GET /service-worker.js: the script, with the names of the files that the offline page needs. */
export function serveServiceWorker(c: WebContext) {
  const { accentPath, logoPath } = readPageValues(c);
  const files = ["/offline/", assetPath("style.css"), assetPath("offline.js"), assetPath("icon.svg")];
  const all = [...files, accentPath, logoPath].filter((path) => path !== undefined);
  const version = createHash("sha256").update(script).update(all.join(" ")).digest("hex").slice(0, 16);
  const known = JSON.stringify({ cache: `sharewell-offline-${version}`, files: all });
  // Browsers look for a newer script themselves, and must find it.
  return c.body(`const OFFLINE = ${known};\n${script}`, 200, {
    "content-type": "text/javascript; charset=utf-8",
    "cache-control": "no-cache",
  });
}
