/** The text of a share whose link stands in the text itself. */

/** What makes an address go on, to another page than the one that it begins like. */
const GOES_ON = /^(?:[\p{L}\p{N}/?#&=%_~+-]|[.:,;!@][\p{L}\p{N}])/u;

/** The message, an empty line, the address; only the message where it has the address already. */
export function withAddress(message: string, url: string): string {
  const trimmed = message.trim();
  if (trimmed === "") return url;
  return hasAddress(trimmed, url) ? trimmed : `${trimmed}\n\n${url}`;
}

/** Not where it is but the beginning of another address. */
function hasAddress(text: string, url: string): boolean {
  return text
    .split(url)
    .slice(1)
    .some((rest) => !GOES_ON.test(rest));
}
