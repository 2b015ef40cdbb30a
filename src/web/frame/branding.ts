/** The service's branding: its name, colour and logo, and the files that pages load for them. */
import { createHash } from "node:crypto";
import type { Context } from "hono";
import { type Accent, drawAccent } from "../../operation/branding.ts";
import type { Reader, WebContext, WebEnv } from "../guards/context.ts";
import { readZone } from "../guards/zone.ts";
import { readWords } from "./language.ts";
import type { PageValues } from "./page-values.ts";

/** Returns the values that the components of a page need. */
export function readPageValues(c: Context<WebEnv>): PageValues {
  const { runtime } = c.var;
  const look = runtime.settings.current();
  const { accent, logo } = look;
  const reader: Reader | undefined = c.get("person");
  return {
    look,
    name: runtime.config.appName,
    words: readWords(c),
    answersForm: c.req.method === "POST",
    asksZone: reader?.timeZone === undefined && readZone(c) === undefined,
    accentPath: accent === undefined ? undefined : `/look/${hashOf(writeStyle(accent))}/accent.css`,
    logoPath: logo === undefined ? undefined : `/look/${logo.hash}/logo.png`,
  };
}

const KEPT = "public, max-age=31536000, immutable";

/** GET /look/:hash/accent.css */
export function serveAccent(c: WebContext) {
  const { accent } = c.var.runtime.settings.current();
  if (accent === undefined) return c.notFound();
  return c.body(writeStyle(accent), 200, {
    "content-type": "text/css; charset=utf-8",
    "cache-control": KEPT,
  });
}

/** GET /look/:hash/logo.png */
export function serveLogo(c: WebContext) {
  const { logo } = c.var.runtime.settings.current();
  if (logo === undefined) return c.notFound();
  const bytes = new Uint8Array(Buffer.from(logo.base64, "base64"));
  return c.body(bytes, 200, { "content-type": logo.type, "cache-control": KEPT });
}

const drawn = new Map<string, string>();

function writeStyle(colour: string): string {
  const known = drawn.get(colour);
  if (known !== undefined) return known;
  const { light, dark } = drawAccent(colour);
  const rule = (name: string, of: keyof Accent) => `--${name}: light-dark(${light[of]}, ${dark[of]});`;
  const style = `:root { ${rule("accent", "accent")} ${rule("accent-deep", "deep")} ${rule("accent-soft", "soft")} ${rule("on-accent", "onAccent")} }\n`;
  drawn.clear();
  drawn.set(colour, style);
  return style;
}

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}
