/** How many shares are scheduled, waiting or being sent, and since when. */
import type { Waiting } from "../../../operation/state.ts";
import { say } from "../../../words/words.ts";
import { Moment } from "../../frame/time.tsx";
import { Say, T, useWords } from "../../frame/words.tsx";

const labels = { scheduled: say("Scheduled"), queued: say("Waiting"), sending: say("Being sent") } as const;

export function QueueFigure({
  status,
  number,
  oldest,
  zone,
}: Waiting & { readonly zone: string | undefined }) {
  return (
    <li class="card">
      <strong class="figure">{number.toLocaleString(useWords().locale)}</strong>
      <span>
        <Say told={labels[status]} />
      </span>
      {oldest !== undefined && (
        <span class="quiet">
          {status === "scheduled" ? (
            <T when={<Moment at={oldest} zone={zone} />}>{"Due since {when}"}</T>
          ) : (
            <T when={<Moment at={oldest} zone={zone} />}>{"Oldest since {when}"}</T>
          )}
        </span>
      )}
    </li>
  );
}
