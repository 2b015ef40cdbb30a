/** Says when this page was shared to an account before. */
import type { EarlierShare } from "../../../sharing/requests/earlier.ts";
import type { Words } from "../../../words/words.ts";
import { formatDay } from "../../frame/time.tsx";
import { T, useWords } from "../../frame/words.tsx";

export function EarlierNote({ earlier, zone }: { earlier: EarlierShare; zone: string | undefined }) {
  return (
    <p class="note quiet">
      {tellEarlier(useWords(), earlier, { zone })}{" "}
      {earlier.postUrl !== undefined && (
        <a href={earlier.postUrl} target="_blank" rel="noreferrer">
          <T>See the post</T>
          <span class="unseen">
            {" "}
            <T>opens in a new tab</T>
          </span>
        </a>
      )}
    </p>
  );
}

/** Returns when a page was shared before. @param account named where the surroundings do not show it */
export function tellEarlier(
  words: Words,
  { status, sharedAt }: EarlierShare,
  { account = "", zone }: { readonly account?: string; readonly zone: string | undefined },
): string {
  const where = account === "" ? "here" : "there";
  const values = { where, account, day: formatDay(words, sharedAt, zone) };
  if (status === "posted" || status === "duplicate")
    return words.t("Shared {where, select, here {here} other {to {account}}} on {day}.", values);
  if (status === "unconfirmed")
    return words.t(
      "May have been shared {where, select, here {here} other {to {account}}} on {day}.",
      values,
    );
  if (status === "scheduled")
    return words.t("Will be shared {where, select, here {here} other {to {account}}} on {day}.", values);
  return words.t("Being shared {where, select, here {here} other {to {account}}} since {day}.", values);
}
