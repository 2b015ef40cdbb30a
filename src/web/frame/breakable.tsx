/** Lets a handle, an email address or a web address end a line at "@" and dots, instead of in the middle of a word. */
import type { Child } from "hono/jsx";

/** Shorter words have room on a line of a phone. */
const LONG = /\S{20,}/;
const BEFORE = /(?<=[^\s@.])(?=[@.]\w)/;

/** Returns the text with places where a browser may break it; a text without long words as it is. */
export function breakable(text: string): Child {
  const parts = LONG.test(text) ? text.split(BEFORE) : [text];
  if (parts.length === 1) return text;
  // One element: where the parent is a flex box, each part would be an item of its own, and be read apart.
  return <span>{parts.flatMap((part, at) => (at === 0 ? [part] : [<wbr />, part]))}</span>;
}
