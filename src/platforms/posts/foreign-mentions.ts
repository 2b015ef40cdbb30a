/** Keeps a fediverse handle from mentioning somebody else on a network that has only short handles. */

const HANDLE = /(?<![\p{L}\p{N}_.@/])@(?=[\p{L}\p{N}_.-]+@[\p{L}\p{N}-]+\.\p{L}{2})/gu;
/** Invisible, and no part of a handle. */
const WORD_JOINER = "\u2060";

/** Returns the text so that "@alice@mastodon.example" does not mention @alice; it reads the same. */
export function withoutForeignMentions(text: string): string {
  return text.replaceAll(HANDLE, `@${WORD_JOINER}`);
}
