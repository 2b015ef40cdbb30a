/**
 * Draws pictures from src/web/assets/icon.svg: mark.png, the mark alone, white on nothing, from which the icons of the installed
 * app are made; and the icons of the browser extension. Run it when icon.svg changes.
 */
import { mkdirSync, readFileSync } from "node:fs";
import sharp from "sharp";

const icon = readFileSync("src/web/assets/icon.svg", "utf8");
const MARK_SIDE = 512;

function sized(svg: string, box: string, side: number): Buffer {
  return Buffer.from(svg.replace('viewBox="0 0 32 32"', `viewBox="${box}" width="${side}" height="${side}"`));
}

const mark = icon.replace(/<rect[^>]*\/>/, "");
await sharp(sized(mark, "4.8 4.8 22.4 22.4", MARK_SIDE))
  .png()
  .toFile("src/web/assets/mark.png");

mkdirSync("extension/icons", { recursive: true });
for (const side of [16, 32, 48, 128])
  await sharp(sized(icon, "0 0 32 32", side))
    .png()
    .toFile(`extension/icons/${side}.png`);
