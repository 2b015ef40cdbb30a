/** Draws the pictures of the example sites: `node examples/pictures/draw.ts`. They are kept with the sites. */
import { join } from "node:path";
import sharp from "sharp";
import { scenes } from "./scenes.ts";

for (const [path, svg] of Object.entries(scenes))
  await sharp(Buffer.from(svg))
    .jpeg({ quality: 82, mozjpeg: true })
    .toFile(join(import.meta.dirname, "..", path));
