/** Says when this page was shared to an account before. */
import type { EarlierShare } from "../../../sharing/requests/earlier.ts";
import type { Words } from "../../../words/words.ts";
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

/** Returns it in the few words that a chip has room for. */
export function tellEarlierBriefly(
  words: Words,
  { status, sharedAt }: EarlierShare,
  { zone }: { readonly zone: string | undefined },
): string {
  const day = formatBriefDay(words, sharedAt, zone);
  if (status === "posted" || status === "duplicate") return words.t("Shared on {day}", { day });
  if (status === "unconfirmed") return words.t("Perhaps shared on {day}", { day });
  if (status === "scheduled") return words.t("Scheduled for {day}", { day });
  return words.t("Being shared");
}
