/** Pictures that a simulated network receives or crawls, made small enough to keep. */
import sharp from "sharp";
import type { Memory, World } from "./network.ts";

export interface KeptPicture {
  /** See `pictureUrl` in network.ts. */
  readonly id: string;
  /** Of the picture as it came. */
  readonly width: number;
  readonly height: number;
}

export interface MeasuredPicture {
  readonly format: string;
  readonly width: number;
  readonly height: number;
}

const takenFormats: readonly string[] = ["jpeg", "png", "webp", "gif"];
const keptWidth = 1200;

/** Undefined: not a picture that the networks take. SVG never is. */
export async function measurePicture(bytes: Uint8Array): Promise<MeasuredPicture | undefined> {
  try {
    const { format, width, height } = await sharp(bytes).metadata();
    return takenFormats.includes(format) ? { format, width, height } : undefined;
  } catch {
    return undefined;
  }
}

/** Keeps a smaller copy for the timeline; undefined when it is no picture that the networks take. */
export async function keepPicture(world: World<Memory>, bytes: Uint8Array): Promise<KeptPicture | undefined> {
  const measured = await measurePicture(bytes);
  if (!measured) return undefined;
  try {
    const small = await sharp(bytes)
      .resize({ width: keptWidth, withoutEnlargement: true })
      .flatten({ background: "#ffffff" })
      .jpeg({ quality: 80 })
      .toBuffer();
    return { id: world.keepPicture("image/jpeg", small), width: measured.width, height: measured.height };
  } catch {
    return undefined;
  }
}

const colours = ["#b4233c", "#8a4b00", "#4d6600", "#00695c", "#0b5cad", "#5b3fbf", "#93348f"];

/** A coloured disc with the first letter of a name. */
export function drawAvatar(name: string): string {
  const letter = [...name][0]?.toUpperCase() ?? "?";
  const sum = [...name].reduce((total, character) => total + (character.codePointAt(0) ?? 0), 0);
  const shown = letter.replace(/[<>&"]/, "?");
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 96 96" width="96" height="96"><rect width="96" height="96" rx="20" fill="${colours[sum % colours.length]}"/><text x="48" y="66" font-family="system-ui, sans-serif" font-size="52" font-weight="600" text-anchor="middle" fill="#fff">${shown}</text></svg>`;
}
