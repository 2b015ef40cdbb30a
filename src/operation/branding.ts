/** Prepares the operator's colour and logo for our pages: readable in light and dark, and small. */
import { createHash } from "node:crypto";
import { createRequire } from "node:module";
import { type Drawing, measurePicture, redrawPicture } from "../pictures/open.ts";
import type { Logo } from "./setting-shapes.ts";

/** Loaded with the first colour, to keep the start fast. */
const loadCulori = (): typeof import("culori") => createRequire(import.meta.url)("culori");

/** The service's own colour, where the operator has chosen none. */
export const DEFAULT_ACCENT = "#0b6b5f";

export interface Accent {
  readonly accent: string;
  readonly deep: string;
  readonly soft: string;
  readonly onAccent: string;
}

/** WCAG 2.2 requires 4.5 for text; the rest is a margin for the backgrounds between. */
const READABLE = 4.7;
const grounds = { light: "#f3f6f4", dark: "#1c2624" } as const;
const inks = { light: "#ffffff", dark: "#0c1210" } as const;

/** The closest shades of a colour that are readable on our backgrounds and as a background. @param colour "#0b6b5f" */
export function drawAccent(colour: string): { readonly light: Accent; readonly dark: Accent } {
  const { clampChroma, formatHex, oklch, wcagContrast } = loadCulori();
  const base = oklch(colour) ?? { mode: "oklch", l: 0.5, c: 0, h: 0 };
  const at = (l: number, c = base.c) => formatHex(clampChroma({ ...base, l, c }, "oklch"));
  const draw = (scheme: keyof typeof grounds): Accent => {
    const step = scheme === "light" ? -0.01 : 0.01;
    let l = base.l;
    const isReadable = () =>
      wcagContrast(at(l), grounds[scheme]) >= READABLE && wcagContrast(at(l), inks[scheme]) >= READABLE;
    // Black and white, at the ends of the scale, are always readable.
    while (!isReadable() && l + step >= 0 && l + step <= 1) l += step;
    return {
      accent: at(l),
      deep: at(l + step * 8),
      soft: at(scheme === "light" ? 0.95 : 0.28, Math.min(base.c, 0.03)),
      onAccent: inks[scheme],
    };
  };
  return { light: draw("light"), dark: draw("dark") };
}

/** In pixels; shown at a third of this size. */
const LOGO: Drawing = { format: "png", width: 480, height: 96, fit: "inside" };

/** For icons, which are square: the logo at most half as long again as it is high. */
const SQUARE: Drawing = { format: "png", width: 512, height: 512, fit: "inside" };
const LONGEST_RATIO = 1.5;

/** Longest side in pixels. A larger logo would only cost memory. */
export const LOGO_SIDE = 6_000;

/** A side of the picture is longer than `LOGO_SIDE`. */
export class LogoTooLarge extends Error {
  override name = "LogoTooLarge";
}

/** The file is not a picture in a format we read. */
export class LogoUnreadable extends Error {
  override name = "LogoUnreadable";
}

/** The service is too busy to process the logo now. */
export class LogoWaits extends Error {
  override name = "LogoWaits";
}

/** Redraws a logo in our size and format. @throws {LogoUnreadable} @throws {LogoTooLarge} @throws {LogoWaits} */
export async function prepareLogo(file: Uint8Array): Promise<Logo> {
  const facts = await measurePicture(file);
  if (typeof facts !== "string" && Math.max(facts.width, facts.height) > LOGO_SIDE)
    throw new LogoTooLarge("The logo has too many pixels.");
  const redrawn = typeof facts === "string" ? facts : await redrawPicture(file, [LOGO]);
  if (redrawn === "later") throw new LogoWaits("The service was too busy to process the logo.");
  if (redrawn === "unusable" || redrawn.drawn === undefined)
    throw new LogoUnreadable("The file is not a picture that we can read.");
  const bytes = Buffer.from(redrawn.drawn);
  const square = await drawSquare(file, redrawn);
  return {
    type: "image/png",
    base64: bytes.toString("base64"),
    hash: createHash("sha256").update(bytes).digest("hex").slice(0, 16),
    ...(square === undefined ? {} : { squareBase64: Buffer.from(square).toString("base64") }),
  };
}

/** Without it, the app has our own icon in the operator's colour. */
async function drawSquare(
  file: Uint8Array,
  { width, height }: { readonly width: number; readonly height: number },
): Promise<Uint8Array | undefined> {
  if (Math.max(width / height, height / width) > LONGEST_RATIO) return undefined;
  const redrawn = await redrawPicture(file, [SQUARE]);
  return typeof redrawn === "string" ? undefined : redrawn.drawn;
}
