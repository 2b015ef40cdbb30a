/** How long a text is for Bluesky (docs/networks/bluesky.md, section 4). */
import type { TextLength } from "../../platform.ts";

const GRAPHEMES = 300;
/** The limit in UTF-8 bytes is ten times as high, so that only joined emoji reach it. */
const BYTES_EACH = 10;

const segmenter = new Intl.Segmenter();

export function measure(text: string): TextLength {
  return {
    length: Math.max(countGraphemes(text), Math.ceil(Buffer.byteLength(text) / BYTES_EACH)),
    limit: GRAPHEMES,
  };
}

export function countGraphemes(text: string): number {
  let graphemes = 0;
  for (const _each of segmenter.segment(text)) graphemes += 1;
  return graphemes;
}
