/** The text of a post as LinkedIn reads it, "little text" (docs/networks/linkedin.md, section 5). */

/** An address within a text. What may not stand in one ends it; so does a name before an @. */
const ADDRESS = /https?:\/\/[^\s<>"\\|{}[\]/?#@]+(?:[/?#][^\s<>"\\|{}[\]]*)?/giu;
const CLOSING = ".,;:!?'’”…*_~";

/** Begins a word, and has a letter: anything else LinkedIn might not take for a hashtag. */
const HASHTAG = String.raw`(?<!\S)#(?=[\p{N}\p{M}_]*\p{L})[\p{L}\p{M}\p{N}_]+`;
const SPECIAL = new RegExp(String.raw`${HASHTAG}|[\\|{}@[\]()<>#*_~]`, "gu");

/**
 * What people will read. Escaping within addresses is not sure to leave them whole, so what is special in LinkedIn's
 * eyes is written there in the way of addresses; they lead where they led.
 */
export function toShownText(text: string): string {
  return text.replaceAll(/\r\n?/g, "\n").replaceAll(ADDRESS, (found) => {
    const address = withoutClosing(found);
    return percentEncode(address) + found.slice(address.length);
  });
}

/** One character that is special and not escaped would cut the post off there, without an error. */
export function toLittleText(text: string): string {
  return toShownText(text).replaceAll(SPECIAL, (found) =>
    found.length > 1 ? found.replaceAll("_", "\\_") : `\\${found}`,
  );
}

/** The end of the sentence, and a bracket that was opened before the address, are no part of it. */
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
