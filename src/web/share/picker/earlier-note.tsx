/** Says when this page was shared to an account before. */
import type { EarlierShare } from "../../../sharing/requests/earlier.ts";
import type { Words } from "../../../words/words.ts";
import type { SignName } from "../../frame/icons.tsx";
import { formatBriefDay, formatDay } from "../../frame/time.tsx";

/** Returns it as a sentence. */
export function tellEarlier(
  words: Words,
  { status, sharedAt }: EarlierShare,
  { zone }: { readonly zone: string | undefined },
): string {
  const day = formatDay(words, sharedAt, zone);
  if (status === "posted" || status === "duplicate") return words.t("Shared here on {day}.", { day });
  if (status === "unconfirmed") return words.t("May have been shared here on {day}.", { day });
  if (status === "scheduled") return words.t("Will be shared here on {day}.", { day });
  return words.t("Being shared here since {day}.", { day });
}

/** Returns what a chip has room for: a sign and the day, and the same as a sentence. */
export function tellEarlierBriefly(
  words: Words,
  { status, sharedAt }: EarlierShare,
  { zone }: { readonly zone: string | undefined },
): { readonly sign: SignName; readonly words: string; readonly whole: string } {
  const day = formatBriefDay(words, sharedAt, zone);
  if (status === "posted" || status === "duplicate")
    return { sign: "check", words: day, whole: words.t("Shared on {day}", { day }) };
  if (status === "unconfirmed")
    return { sign: "question", words: day, whole: words.t("Perhaps shared on {day}", { day }) };
  if (status === "scheduled")
    return { sign: "clock", words: day, whole: words.t("Scheduled for {day}", { day }) };
  return { sign: "turning", words: words.t("Being shared"), whole: words.t("Being shared") };
}
