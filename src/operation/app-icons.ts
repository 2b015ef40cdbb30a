/** Draws the icons of the installed app: the operator's logo where it fits in a square, else our mark in their colour. */
import { createHash } from "node:crypto";
import { type Drawing, redrawPicture } from "../pictures/open.ts";
import { drawAccent } from "./branding.ts";
import type { Settings } from "./setting-shapes.ts";

/** Our own colour, as in assets/icon.svg. */
const OWN = "#0b6b5f";
const LOGO_GROUND = "#ffffff";

/** Their sides in pixels, and the part that stays free on each side. Android cuts maskable icons to 80 % of their width. */
const sizes = {
  "icon-180.png": { side: 180, margin: 0.12 },
  "icon-192.png": { side: 192, margin: 0.12 },
  "icon-512.png": { side: 512, margin: 0.12 },
  "maskable-512.png": { side: 512, margin: 0.22 },
} as const;

export type AppIcon = keyof typeof sizes;
export type Look = Pick<Settings, "accent" | "logo">;

/** Whether we draw an icon of this name. */
export function isAppIcon(name: string): name is AppIcon {
  return Object.hasOwn(sizes, name);
}

/** Returns the colour of the app's frame and icon: "#0b6b5f". */
export function appColour({ accent }: Look): string {
  return accent === undefined ? OWN : drawAccent(accent).light.accent;
}

/** Returns a text that differs for every look. */
export function hashLook({ accent = "", logo }: Look): string {
  return createHash("sha256").update(`${accent} ${logo?.hash}`).digest("hex").slice(0, 16);
}

const drawn = new Map<string, Promise<Uint8Array | undefined>>();

/**
 * Returns an icon as PNG; undefined if no process is free to draw it now.
 * @param mark our mark, white on nothing
 */
export async function drawAppIcon(
  look: Look,
  name: AppIcon,
  mark: Uint8Array,
): Promise<Uint8Array | undefined> {
  const key = `${hashLook(look)} ${name}`;
  const known = drawn.get(key) ?? draw(look, name, mark);
  // Only those of the present look are kept.
  if (!drawn.has(key) && drawn.size >= Object.keys(sizes).length) drawn.clear();
  drawn.set(key, known);
  const icon = await known;
  if (icon === undefined) drawn.delete(key);
  return icon;
}

async function draw(look: Look, name: AppIcon, mark: Uint8Array): Promise<Uint8Array | undefined> {
  const { side, margin } = sizes[name];
  const square = look.logo?.squareBase64;
  const drawing: Drawing = {
    ...{ format: "png", width: side, height: side, fit: "contain", margin: Math.round(side * margin) },
    background: square === undefined ? appColour(look) : LOGO_GROUND,
  };
  const source = square === undefined ? mark : Buffer.from(square, "base64");
  const redrawn = await redrawPicture(source, [drawing]);
  return typeof redrawn === "string" ? undefined : redrawn.drawn;
}
