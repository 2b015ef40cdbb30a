/** The actions for all shares of a request at once. */
import type { RequestSummary } from "../../../sharing/record/request-shares.ts";
import { isUntouched } from "../../../sharing/requests/untouched.ts";
import { T } from "../../frame/words.tsx";
import { againPath } from "../again.ts";
import { CancelAll } from "./cancel-all.tsx";
import { FEW } from "./shown-shares.ts";

export function OutcomeActs({ request }: { request: RequestSummary }) {
  const { id, tally } = request;
  const { total, counts, overdue, cancellable, retryable } = tally;
  const waiting = counts.scheduled + overdue;
  const isMany = total > FEW;
  const canCancel = isMany ? cancellable > 0 : waiting > 0;
  return (
    <div id="outcome-acts" class="actions">
      {isUntouched(tally) ? (
        <>
          <a class="button" href={`/social/share/${id}/edit/`}>
            <T>Change</T>
          </a>
          <a class="button" href={`/social/share/${id}/move/`}>
            <T>Move</T>
          </a>
        </>
      ) : (
        total > 0 &&
        counts.open === 0 && (
          <a class="button" href={againPath(request)}>
            <T>Share again</T>
          </a>
        )
      )}
      {isMany && retryable > 0 && (
        <form method="post" action={`/social/share/${id}/retry/`}>
          <button class="button" type="submit">
            <T number={retryable}>
              {
                "{number, plural, one {Retry # post that did not go out} other {Retry # posts that did not go out}}"
              }
            </T>
          </button>
        </form>
      )}
      {canCancel && <CancelAll requestId={id} />}
    </div>
  );
}
