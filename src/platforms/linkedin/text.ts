/** Writes the text of a post in LinkedIn’s format, “little text” (docs/networks/linkedin.md, section 5). */

/** An address within a text. It ends at a character that addresses cannot contain; a user name before an @ is excluded. */
const ADDRESS = /https?:\/\/[^\s<>"\\|{}[\]/?#@]+(?:[/?#][^\s<>"\\|{}[\]]*)?/giu;
const CLOSING = ".,;:!?'’”…*_~";

/** A hashtag begins a word and contains a letter. LinkedIn might not recognize anything else as one. */
const HASHTAG = String.raw`(?<!\S)#(?=[\p{N}\p{M}_]*\p{L})[\p{L}\p{M}\p{N}_]+`;
const SPECIAL = new RegExp(String.raw`${HASHTAG}|[\\|{}@[\]()<>#*_~]`, "gu");

/**
 * Returns the visible text. Backslashes could break an address, so LinkedIn’s special characters are percent-encoded there;
 * the address leads to the same page.
 */
export function toShownText(text: string): string {
  return text.replaceAll(/\r\n?/g, "\n").replaceAll(ADDRESS, (found) => {
    const address = withoutClosing(found);
    return percentEncode(address) + found.slice(address.length);
  });
}

/** Escapes special characters. LinkedIn cuts a post off at an unescaped one, without an error. */
export function toLittleText(text: string): string {
  return toShownText(text).replaceAll(SPECIAL, (found) =>
    found.length > 1 ? found.replaceAll("_", "\\_") : `\\${found}`,
  );
}

/** Removes the sentence’s punctuation, and a closing bracket whose opening one is outside the address. */
function withoutClosing(found: string): string {
  let surplus = found.split(")").length - found.split("(").length;
  let end = found.length;
  for (let last = found.charAt(end - 1); last !== ""; last = found.charAt(end - 1)) {
    if (last === ")" && surplus > 0) surplus -= 1;
    else if (!CLOSING.includes(last)) break;
    end -= 1;
  }
  return found.slice(0, end);
}

function percentEncode(address: string): string {
  return address.replaceAll(
    /[@()*_~]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
