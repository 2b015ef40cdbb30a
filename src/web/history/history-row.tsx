/** One request in the history, in one row: its page, its first words, its accounts with their states, and what can be done. */
import { identify } from "../../pages/page.ts";
import type { HistoryEntry } from "../../sharing/record/history-page.ts";
import { Moment } from "../frame/time.tsx";
import { T, useWords } from "../frame/words.tsx";
import { tellTally } from "../share/result/request-summary.ts";
import { type ResultFields, resultPath } from "../share/result/result-fields.ts";
import { ShareOutcome } from "../share/result/share-outcome.tsx";
import { filterQuery } from "./history-filter.ts";
import { RowAccounts } from "./row-accounts.tsx";
import { RowActions } from "./row-actions.tsx";

/** More of a message is not shown in a row. */
const FIRST_WORDS = 200;

interface HistoryRowProps {
  readonly entry: HistoryEntry;
  readonly now: Date;
  readonly zone: string | undefined;
  /** Paths of pictures on this service, by the addresses that pages give them. */
  readonly pictures: ReadonlyMap<string, string>;
  /** The filter for the result page that this row links to. */
  readonly resultFields?: ResultFields;
}

export function HistoryRow({ entry, now, zone, pictures, resultFields = {} }: HistoryRowProps) {
  const { page, tally, scheduledAt, message } = entry;
  const picture = pictures.get(page.image ?? "");
  const due = tally.counts.scheduled + tally.overdue > 0 ? scheduledAt : undefined;
  const ofPage = filterQuery({ page: identify(page) });
  return (
    <li class="card shared" id={`request-${entry.id}`}>
      {picture !== undefined && <img class="shared-picture" src={picture} alt="" loading="lazy" />}
      <div class="shared-words">
        <h2 class="one-line">
          <a href={resultPath(entry.id, resultFields)}>{page.title}</a>
        </h2>
        {message !== "" && (
          <p class="one-line" dir="auto">
            {message.slice(0, FIRST_WORDS)}
          </p>
        )}
        <p class="quiet">
          <a href={`/social/history/?${ofPage}`}>
            {new URL(page.url).host.replace(/^www\./, "")}
            <span class="unseen">
              <T>: all shares of this page</T>
            </span>
          </a>
          {" · "}
          {due === undefined ? (
            <Moment at={entry.createdAt} zone={zone} />
          ) : (
            <T moment={<Moment at={due} zone={zone} />}>{"for {moment}"}</T>
          )}
        </p>
      </div>
      <Standing entry={entry} />
      <RowActions entry={entry} />
      <Unfolding entry={entry} now={now} zone={zone} resultFields={resultFields} />
    </li>
  );
}

/** The accounts of a few shares; of many, only how many there are. In any case, how they stand. */
function Standing({ entry: { shares, tally } }: { readonly entry: HistoryEntry }) {
  const { t, locale } = useWords();
  const told = tellTally(tally).map((one) => t(one));
  return (
    <div class="shared-standing">
      {shares.length > 0 ? (
        <RowAccounts shares={shares} />
      ) : (
        <T number={tally.total}>{"To {number, plural, one {# account} other {# accounts}}"}</T>
      )}
      <p class={tally.counts.trouble > 0 ? "tallied doubt" : "tallied"}>
        {new Intl.ListFormat(locale, { type: "unit" }).format(told)}
      </p>
    </div>
  );
}

interface UnfoldingProps extends Pick<HistoryRowProps, "entry" | "now" | "zone"> {
  readonly resultFields: ResultFields;
}

/** Shows account by account what happened: at once where something is wrong, otherwise when it is asked for. */
function Unfolding({ entry, now, zone, resultFields }: UnfoldingProps) {
  const { id, shares, tally } = entry;
  const isWrong = tally.counts.trouble > 0;
  if (shares.length === 0)
    return (
      <p class="shared-more">
        <a href={resultPath(id, resultFields)}>
          <T>See results</T>
          <span class="unseen">{`: ${entry.page.title}`}</span>
        </a>
      </p>
    );
  return (
    <details class="shared-more" open={isWrong} data-unfold={isWrong ? undefined : accountsPath(id)}>
      <summary>
        <T>Account by account</T>
        <span class="unseen">{`: ${entry.page.title}`}</span>
      </summary>
      {isWrong ? (
        <ul class="outcomes">
          {shares.map((share) => (
            <ShareOutcome share={share} now={now} zone={zone} />
          ))}
        </ul>
      ) : (
        <p>
          <a class="button small" href={resultPath(id, resultFields)}>
            <T>See results</T>
          </a>
        </p>
      )}
    </details>
  );
}

function accountsPath(requestId: string): string {
  return `/social/history/${requestId}/accounts/`;
}
