/** The share history: everything a person shared, newest first, or what the filter matches. */

import { platformNames } from "../../platforms/platform.ts";
import { countDrafts } from "../../sharing/drafts/find-drafts.ts";
import { markSeen } from "../../sharing/record/attention.ts";
import { listHistoryConnections } from "../../sharing/record/history.ts";
import { countScheduled, listHistory, listScheduled } from "../../sharing/record/history-requests.ts";
import { say } from "../../words/words.ts";
import { assetPath } from "../assets.ts";
import { DraftsLink } from "../drafts/drafts-link.tsx";
import { MarkSymbols } from "../frame/icons.tsx";
import { Layout } from "../frame/layout.tsx";
import { show } from "../frame/show.tsx";
import { T } from "../frame/words.tsx";
import type { WebContext } from "../guards/context.ts";
import { findPagePictures } from "../share/cards/page-pictures.ts";
import {
  type FilterFields,
  filterQuery,
  readFilterFields,
  toFilter,
  toResultFields,
} from "./history-filter.ts";
import { HistoryFilterForm, MOST_LISTED } from "./history-filter-form.tsx";
import { HistoryRow } from "./history-row.tsx";

/** Lines of scheduled shares above the history. */
const COMING_LINES = 5;

/** GET /social/history/. Opening it without a filter marks all results as seen. */
export async function showHistory(c: WebContext) {
  const { runtime, person } = c.var;
  const fields = readFilterFields(c.req.query());
  const before = c.req.query("before");
  const isFiltered = filterQuery(fields) !== "";
  const filter = isFiltered ? toFilter(fields, person.timeZone) : undefined;
  const isStart = before === undefined && !isFiltered;
  const [{ entries, next }, coming, connections, drafts] = await Promise.all([
    listHistory(runtime, person, { filter, from: before }),
    isStart ? listScheduled(runtime, person, { lines: COMING_LINES }) : undefined,
    listHistoryConnections(runtime, person, MOST_LISTED + 1),
    isStart ? countDrafts(runtime, person) : 0,
  ]);
  const scheduled = coming?.entries ?? [];
  const waiting = coming?.next === undefined ? 0 : await countScheduled(runtime, person);
  const pictures = await findPagePictures(
    c,
    [...scheduled, ...entries].map(({ page }) => page),
  );
  const view = { now: runtime.now(), zone: person.timeZone, pictures };
  // Opening the history clears the count in the navigation.
  if (isStart) await markSeen(runtime, person);
  const reader = isStart ? { ...person, attention: { ...person.attention, shares: 0 } } : person;
  return show(
    c,
    <Layout
      title={say("Share history")}
      person={reader}
      current="history"
      head={<script src={assetPath("unfold.js")} type="module" />}
    >
      <h1>
        <T>Share history</T>
      </h1>
      <DraftsLink number={drafts} />
      <MarkSymbols platforms={platformNames} />
      {scheduled.length > 0 && (
        <section class="coming" aria-labelledby="coming">
          <h2 id="coming">
            <T>Coming up</T>
          </h2>
          <ol class="history">
            {scheduled.map((entry) => (
              <HistoryRow entry={entry} {...view} />
            ))}
          </ol>
          {waiting > 0 && (
            <p class="actions">
              <a class="button" href="/social/scheduled/">
                <T number={waiting}>{"All {number, number} scheduled shares"}</T>
              </a>
            </p>
          )}
        </section>
      )}
      {(entries.length > 0 || isFiltered) && <HistoryFilterForm fields={fields} connections={connections} />}
      {entries.length === 0 ? (
        <Nothing isFiltered={isFiltered} isStart={isStart} />
      ) : (
        <ol class="history">
          {entries.map((entry) => (
            <HistoryRow entry={entry} {...view} resultFields={toResultFields(fields)} />
          ))}
        </ol>
      )}
      {next === undefined && <RetentionNote days={runtime.config.keepDays.shares} />}
      <Turning fields={fields} before={before} next={next} hasShares={entries.length > 0} />
    </Layout>,
  );
}

function Nothing({ isFiltered, isStart }: { isFiltered: boolean; isStart: boolean }) {
  if (isFiltered) {
    return (
      <p class="empty">
        <T>No shares match.</T>{" "}
        <a href="/social/history/">
          <T>Show all</T>
        </a>
      </p>
    );
  }
  return (
    <div class="empty">
      {isStart ? (
        <>
          <p>
            <T>Nothing shared yet. Press Share on any page of your sites, or paste an address.</T>
          </p>
          <p class="actions">
            <a class="button primary" href="/social/new/">
              <T>New share</T>
            </a>
          </p>
        </>
      ) : (
        <T>There are no older shares.</T>
      )}
    </div>
  );
}

/** Explains why old shares are missing. */
function RetentionNote({ days }: { readonly days: number | undefined }) {
  if (days === undefined) return undefined;
  return (
    <p class="quiet">
      <T days={days}>
        {
          "Shares older than {days, number} days are removed from this history. Their posts stay on the networks."
        }
      </T>
    </p>
  );
}

interface TurningProps {
  readonly fields: FilterFields;
  readonly before: string | undefined;
  readonly next: string | undefined;
  readonly hasShares: boolean;
}

function Turning({ fields, before, next, hasShares }: TurningProps) {
  const query = filterQuery(fields);
  return (
    <p class="actions">
      {before !== undefined && (
        <a class="button" href={`/social/history/?${query}`}>
          <T>Newest</T>
        </a>
      )}
      {next !== undefined && (
        <a class="button" rel="next" href={`/social/history/?${filterQuery(fields, { before: next })}`}>
          <T>Older</T>
        </a>
      )}
      {hasShares && (
        <>
          <a class="button plain" href={`/social/history/export.csv?${query}`} download>
            <T>Export as CSV</T>
          </a>
          <a class="button plain" href={`/social/history/export.json?${query}`} download>
            <T>Export as JSON</T>
          </a>
        </>
      )}
    </p>
  );
}
