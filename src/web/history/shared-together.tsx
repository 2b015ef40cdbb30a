/** One request in the history: its page, with its shares or, where they are many, their numbers. */
import { identify } from "../../pages/page.ts";
import type { HistoryEntry } from "../../sharing/record/history-page.ts";
import { Moment } from "../frame/time.tsx";
import { T, useWords } from "../frame/words.tsx";
import { tellTally } from "../share/result/request-summary.ts";
import { type ResultFields, resultPath } from "../share/result/result-fields.ts";
import { ShareOutcome } from "../share/result/share-outcome.tsx";
import { filterQuery } from "./history-filter.ts";

interface SharedTogetherProps {
  readonly entry: HistoryEntry;
  readonly now: Date;
  readonly zone: string | undefined;
  /** Paths of pictures on this service, by the addresses that pages give them. */
  readonly pictures: ReadonlyMap<string, string>;
  /** The filter for the result page that this entry links to. */
  readonly resultFields?: ResultFields;
}

export function SharedTogether({ entry, now, zone, pictures, resultFields = {} }: SharedTogetherProps) {
  const { page, shares, tally, scheduledAt } = entry;
  const picture = pictures.get(page.image ?? "");
  const due = tally.counts.scheduled + tally.overdue > 0 ? scheduledAt : undefined;
  const ofPage = filterQuery({ page: identify(page) });
  return (
    <li class="card shared-together">
      <div class="shared-page">
        {picture !== undefined && <img src={picture} alt="" loading="lazy" />}
        <h2>
          <a href={resultPath(entry.id, {})}>{page.title}</a>
        </h2>
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
      {shares.length === 0 ? (
        <Tallied entry={entry} resultFields={resultFields} />
      ) : (
        <ul class="outcomes">
          {shares.map((share) => (
            <ShareOutcome share={share} now={now} zone={zone} />
          ))}
        </ul>
      )}
    </li>
  );
}

/** Shown where the shares are too many to list. */
function Tallied({
  entry: { id, page, tally },
  resultFields,
}: {
  entry: HistoryEntry;
  resultFields: ResultFields;
}) {
  const { t, locale } = useWords();
  const told = tellTally(tally).map((one) => t(one));
  return (
    <div class="outcome">
      <p class="badge">
        <T number={tally.total}>{"To {number, plural, one {# account} other {# accounts}}"}</T>
      </p>
      <p class="tallied">{new Intl.ListFormat(locale, { type: "unit" }).format(told)}</p>
      <a class="button small" href={resultPath(id, resultFields)}>
        <T>See results</T>
        <span class="unseen">{`: ${page.title}`}</span>
      </a>
    </div>
  );
}
