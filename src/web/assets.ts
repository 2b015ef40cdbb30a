/** Styles, scripts and the icon, at addresses that contain a hash of their content, so that browsers can cache them for good. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { Context } from "hono";
import { packOnce, slimScript, slimStyle, takesBrotli } from "./slim.ts";

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
  "share/drafts.css",
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
  "style.css": createAsset("text/css", slimStyle(styles.map((file) => readOwn(`style/${file}`)).join("\n"))),
  "pictures.css": createAsset("text/css", slimStyle(readOwn("style/share/pictures.css"))),
  "submit.js": createScript("submit.js"),
  "passkey.js": createScript("passkey.js"),
  "compose.js": createScript("share/compose.js"),
  "hashtags.js": createScript("share/hashtags.js"),
  "mentions.js": createScript("share/mentions.js"),
  "pictures.js": createScript("share/pictures.js"),
  "draft.js": createScript("share/draft.js"),
  "keep-draft.js": createScript("share/keep-draft.js"),
  "sites.js": createScript("sites.js"),
  "unfold.js": createScript("unfold.js"),
  "calendar.js": createScript("calendar.js"),
  "follow.js": createScript("follow.js"),
  "share-sheet.js": createScript("share-sheet.js"),
  "apps.js": createScript("apps.js"),
  "offline.js": createScript("offline.js"),
  "icon.svg": createAsset("image/svg+xml", readOwn("icon.svg")),
  "htmx.js": createAsset(
    "text/javascript",
    readFileSync(createRequire(import.meta.url).resolve("htmx.org/dist/htmx.min.js"), "utf8"),
  ),
} as const;

/** The script that is part of every page, and its hash for the content security policy. */
export const frameScript = slimScript(readOwn("frame.js"));
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
  const { hash } = assets[name];
  const etag = `"${hash}"`;
  c.header("etag", etag);
  c.header(
    "cache-control",
    c.req.param("hash") === hash ? "public, max-age=31536000, immutable" : "no-cache",
  );
  if (isCached(c, etag)) return c.body(null, 304);
  return send(c, assets[name]);
}

/** Packed with Brotli where the browser takes it; what answers it otherwise uses gzip. */
async function send(c: Context, { content, type }: Asset): Promise<Response> {
  const headers = { "content-type": `${type}; charset=utf-8` };
  if (!takesBrotli(c.req.header("accept-encoding") ?? "")) return c.body(content, 200, headers);
  c.header("vary", "Accept-Encoding", { append: true });
  return c.body(await packOnce(content), 200, { ...headers, "content-encoding": "br" });
}

const button = createScript("button.js");

/** GET /button.js, for other sites. */
export function serveButton(c: Context): Response | Promise<Response> {
  return serveToSites(c, button);
}

/** Sends a script to any site. Its address never changes, so it is cached for a shorter time. */
export function serveToSites(c: Context, asset: Asset): Response | Promise<Response> {
  const { hash } = asset;
  const etag = `"${hash}"`;
  c.header("etag", etag);
  c.header("cache-control", "public, max-age=3600, stale-while-revalidate=604800");
  c.header("access-control-allow-origin", "*");
  c.header("cross-origin-resource-policy", "cross-origin");
  if (isCached(c, etag)) return c.body(null, 304);
  return send(c, asset);
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

function createScript(file: string): Asset {
  return createAsset("text/javascript", slimScript(readOwn(file)));
}

/** Reads a file of assets/. */
export function readOwn(file: string): string {
  return readFileSync(join(import.meta.dirname, "assets", file), "utf8");
}
