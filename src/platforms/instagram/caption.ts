/** Instagram's limits on captions (docs/networks/instagram.md, section 4.1). */
import { part, say, type Told } from "../../words/words.ts";
import { PlatformError, type TextLength } from "../platform.ts";

const LIMITS = { characters: 2_200, hashtags: 30, mentions: 20 } as const;

/** Counts UTF-16 units, the strictest of the possible ways. */
export function countCaption(caption: string): TextLength {
  return { length: caption.length, limit: LIMITS.characters };
}

/** @throws {PlatformError} rejected if the caption is too long or has too many hashtags or mentions */
export function checkCaption(caption: string): void {
  const over = [
    tell(caption.length, LIMITS.characters, say("characters")),
    tell(caption.match(/#[\p{L}\p{N}_]/gu)?.length ?? 0, LIMITS.hashtags, say("hashtags")),
    tell(caption.match(/@[\p{L}\p{N}_.]/gu)?.length ?? 0, LIMITS.mentions, say("mentions (@)")),
  ].find((problem) => problem !== undefined);
  if (over !== undefined) throw new PlatformError("rejected", { code: "text-too-long", message: over });
}

function tell(count: number, limit: number, what: Told): Told | undefined {
  if (count <= limit) return undefined;
  return say(
    "Instagram allows at most {limit, number} {what} in a post. This text has {count, number}. Shorten it and share again.",
    { limit, what: part(what), count },
  );
}
