/** Resizes pictures that a simulated network receives or crawls. */
import sharp from "sharp";
import type { Memory, World } from "../network.ts";

export interface KeptPicture {
  /** See `pictureUrl` in network.ts. */
  readonly id: string;
  /** Of the original picture. */
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

/** Returns undefined for formats that networks do not accept, such as SVG. */
export async function measurePicture(bytes: Uint8Array): Promise<MeasuredPicture | undefined> {
  try {
    const { format, width, height } = await sharp(bytes).metadata();
    return takenFormats.includes(format) ? { format, width, height } : undefined;
  } catch {
    return undefined;
  }
}

/** Keeps a smaller copy for the timeline. Returns undefined for formats that networks do not accept. */
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

/** Draws an avatar for a name, with its colour, a sun and a hill. A JPEG, like the networks' own. */
export async function drawAvatar(name: string): Promise<Uint8Array<ArrayBuffer>> {
  const sum = [...name].reduce((total, character) => total + (character.codePointAt(0) ?? 0), 0);
  const sun = { x: 22 + (sum % 5) * 13, y: 26 + (sum % 3) * 7 };
  const face = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 96 96" width="96" height="96"><rect width="96" height="96" fill="${colours[sum % colours.length]}"/><g fill="#fff"><circle cx="${sun.x}" cy="${sun.y}" r="13" opacity=".9"/><path d="M-8 ${66 + (sum % 4) * 5}Q34 34 104 ${74 + (sum % 3) * 6}V96H-8z" opacity=".45"/></g></svg>`;
  return new Uint8Array(await sharp(Buffer.from(face)).jpeg({ quality: 90 }).toBuffer());
}
