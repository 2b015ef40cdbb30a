/** What a person can do with a request from its row in the history. */
import type { HistoryEntry } from "../../sharing/record/history-page.ts";
import { isUntouched } from "../../sharing/requests/untouched.ts";
import { T } from "../frame/words.tsx";
import { againPath } from "../share/again.ts";
import { CancelAll } from "../share/result/cancel-all.tsx";

export function RowActions({ entry }: { readonly entry: HistoryEntry }) {
  const { id, page, tally, shares } = entry;
  const { counts, overdue } = tally;
  const waiting = counts.scheduled + overdue;
  const canCancel = waiting > 0 || shares.some(({ isCancellable }) => isCancellable);
  const whose = `: ${page.title}`;
  return (
    <div class="shared-actions">
      {isUntouched(tally) ? (
        <>
          <a class="button small" href={`/social/share/${id}/edit/`}>
            <T>Change</T>
            <span class="unseen">{whose}</span>
          </a>
          <a class="button small" href={`/social/share/${id}/move/`}>
            <T>Move</T>
            <span class="unseen">{whose}</span>
          </a>
        </>
      ) : (
        <a class="button small" href={againPath(entry)}>
          <T>Share again</T>
          <span class="unseen">{whose}</span>
        </a>
      )}
      {canCancel && <CancelAll requestId={id} whose={whose} isSmall />}
    </div>
  );
}
