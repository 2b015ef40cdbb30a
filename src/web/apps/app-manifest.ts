/** What a browser needs to install the service as an app: its manifest and icons. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { appColour, drawAppIcon, hashLook, isAppIcon } from "../../operation/app-icons.ts";
import { say } from "../../words/words.ts";
import { readWords } from "../frame/language.ts";
import type { WebContext } from "../guards/context.ts";

/** The light background of pages, as in elements.css. */
const BACKGROUND = "#f3f6f4";
const KEPT = "public, max-age=31536000, immutable";

/** GET /app.webmanifest (W3C Web Application Manifest; `share_target` of the Web Share Target API). */
export function serveManifest(c: WebContext) {
  const { config, settings } = c.var.runtime;
  const { language, t } = readWords(c);
  const look = settings.current();
  const icon = (name: string, side: number, purpose: "any" | "maskable") => ({
    src: `/look/${hashLook(look)}/${name}`,
    sizes: `${side}x${side}`,
    type: "image/png",
    purpose,
  });
  const shortcut = (name: string, url: string) => ({
    name,
    url,
    icons: [icon("icon-192.png", 192, "any")],
  });
  c.header("content-type", "application/manifest+json; charset=utf-8");
  c.header("cache-control", "no-cache");
  c.header("vary", "accept-language");
  return c.body(
    JSON.stringify({
      id: "/social/",
      name: config.appName,
      short_name: config.appName,
      description: t(say("Share any page to your own social accounts.")),
      lang: language,
      start_url: "/social/new/",
      scope: "/",
      display: "standalone",
      theme_color: appColour(look),
      background_color: BACKGROUND,
      icons: [
        icon("icon-192.png", 192, "any"),
        icon("icon-512.png", 512, "any"),
        icon("maskable-512.png", 512, "maskable"),
      ],
      shortcuts: [
        shortcut(t(say("New share")), "/social/new/"),
        shortcut(t(say("Share history")), "/social/history/"),
        shortcut(t(say("Accounts")), "/social/"),
      ],
      // By GET: nothing happens before the person presses Share.
      share_target: {
        action: "/social/share/",
        method: "GET",
        enctype: "application/x-www-form-urlencoded",
        params: { title: "title", text: "text", url: "url" },
      },
    }),
  );
}

const mark = readFileSync(join(import.meta.dirname, "../assets/mark.png"));

/** GET /look/:hash/:icon */
export async function serveAppIcon(c: WebContext) {
  const name = c.req.param("icon") ?? "";
  if (!isAppIcon(name)) return c.notFound();
  const look = c.var.runtime.settings.current();
  const drawn = await drawAppIcon(look, name, mark);
  if (drawn === undefined) return c.body(null, 503, { "retry-after": "5" });
  const isCurrent = c.req.param("hash") === hashLook(look);
  return c.body(new Uint8Array(drawn), 200, {
    "content-type": "image/png",
    "cache-control": isCurrent ? KEPT : "no-cache",
  });
}
