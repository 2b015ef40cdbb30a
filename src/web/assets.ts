/** Styles, scripts and the icon, at addresses that contain a hash of their content, so that browsers can cache them for good. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { Context } from "hono";

interface Asset {
  readonly content: string;
  readonly type: string;
  readonly hash: string;
}

/** Joined in this order into one style sheet. */
const styles = [
  "elements.css",
  "controls.css",
  "frame.css",
  "frame-narrow.css",
  "accounts.css",
  "sharing.css",
  "share/chips.css",
  "share/picker.css",
  "share/composer.css",
  "share/message.css",
  "share/when.css",
  "begin.css",
  "outcomes.css",
  "history.css",
  "calendar.css",
  "entries.css",
  "plan.css",
  "share/cards.css",
  "settings.css",
  "admin.css",
  "branding.css",
  "print.css",
];

const assets = {
  "style.css": createAsset("text/css", styles.map((file) => readOwn(`style/${file}`)).join("\n")),
  "submit.js": createAsset("text/javascript", withoutComments(readOwn("submit.js"))),
  "passkey.js": createAsset("text/javascript", readOwn("passkey.js")),
  "compose.js": createAsset("text/javascript", withoutComments(readOwn("compose.js"))),
  "draft.js": createAsset("text/javascript", withoutComments(readOwn("draft.js"))),
  "keep-draft.js": createAsset("text/javascript", withoutComments(readOwn("keep-draft.js"))),
  "sites.js": createAsset("text/javascript", readOwn("sites.js")),
  "unfold.js": createAsset("text/javascript", readOwn("unfold.js")),
  "calendar.js": createAsset("text/javascript", readOwn("calendar.js")),
  "follow.js": createAsset("text/javascript", readOwn("follow.js")),
  "share-sheet.js": createAsset("text/javascript", readOwn("share-sheet.js")),
  "apps.js": createAsset("text/javascript", readOwn("apps.js")),
  "offline.js": createAsset("text/javascript", readOwn("offline.js")),
  "icon.svg": createAsset("image/svg+xml", readOwn("icon.svg")),
  "htmx.js": createAsset(
    "text/javascript",
    readFileSync(createRequire(import.meta.url).resolve("htmx.org/dist/htmx.min.js"), "utf8"),
  ),
} as const;

/** The script that is part of every page, and its hash for the content security policy. */
export const frameScript = withoutComments(readOwn("frame.js"));
export const frameScriptHash = `sha256-${createHash("sha256").update(frameScript).digest("base64")}`;

type AssetName = keyof typeof assets;

/** The path of an asset, with its hash. */
export function assetPath(name: AssetName): string {
  return `/assets/${assets[name].hash}/${name}`;
}

/** GET /assets/:hash/:name. With the hash of another version, sends the current content without caching. */
export function serveAsset(c: Context): Response | Promise<Response> {
  const name = c.req.param("name") ?? "";
  if (!isAssetName(name)) return c.notFound();
  const { content, type, hash } = assets[name];
  const etag = `"${hash}"`;
  c.header("etag", etag);
  c.header(
    "cache-control",
    c.req.param("hash") === hash ? "public, max-age=31536000, immutable" : "no-cache",
  );
  if (isCached(c, etag)) return c.body(null, 304);
  return c.body(content, 200, { "content-type": `${type}; charset=utf-8` });
}

const button = createAsset("text/javascript", withoutComments(readOwn("button.js")));

/** Returns a script without its comments and indentation. Other sites load the button, and every page holds the frame's script. */
function withoutComments(script: string): string {
  return script
    .replace(/^\s*\/\*\*[\s\S]*?\*\/\n/gm, "")
    .replace(/^\s*\/\/.*\n/gm, "")
    .replace(/^ +/gm, "");
}

/** GET /button.js, for other sites. */
export function serveButton(c: Context): Response {
  return serveToSites(c, button);
}

/** Sends a script to any site. Its address never changes, so it is cached for a shorter time. */
export function serveToSites(c: Context, { content, type, hash }: Asset): Response {
  const etag = `"${hash}"`;
  c.header("etag", etag);
  c.header("cache-control", "public, max-age=3600, stale-while-revalidate=604800");
  c.header("access-control-allow-origin", "*");
  c.header("cross-origin-resource-policy", "cross-origin");
  if (isCached(c, etag)) return c.body(null, 304);
  return c.body(content, 200, { "content-type": `${type}; charset=utf-8` });
}

/** Whether the browser has this version. Compression turns the tag into a weak one. */
function isCached(c: Context, etag: string): boolean {
  return c.req.header("if-none-match")?.replace(/^W\//, "") === etag;
}

function isAssetName(name: string): name is AssetName {
  return Object.hasOwn(assets, name);
}

/** Returns a file to send. */
export function createAsset(type: string, content: string): Asset {
  return { content, type, hash: createHash("sha256").update(content).digest("hex").slice(0, 16) };
}

/** Reads a file of assets/. */
export function readOwn(file: string): string {
  return readFileSync(join(import.meta.dirname, "assets", file), "utf8");
}
