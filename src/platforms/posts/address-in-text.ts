/** Composes the text of a share that contains its link. */

/** Matches what continues an address, so that it leads to another page. */
const GOES_ON = /^(?:[\p{L}\p{N}/?#&=%_~+-]|[.:,;!@][\p{L}\p{N}])/u;

/** Returns the message, an empty line and the address, or only the message if it already contains the address. */
export function withAddress(message: string, url: string): string {
  const trimmed = message.trim();
  if (trimmed === "") return url;
  return hasAddress(trimmed, url) ? trimmed : `${trimmed}\n\n${url}`;
}

/** Whether the text contains the address, not just a longer address that begins with it. */
function hasAddress(text: string, url: string): boolean {
  return text
    .split(url)
    .slice(1)
    .some((rest) => !GOES_ON.test(rest));
}
