/** The search and the filter of the history, as one form. */
import { type Connection, handleOf } from "../../connections/connection.ts";
import { platformNames } from "../../platforms/platform.ts";
import { aboutPlatform } from "../../platforms/registry.ts";
import type { Outcome } from "../../sharing/record/history-filter.ts";
import { say, type Told, type Words } from "../../words/words.ts";
import { Say, T, useWords } from "../frame/words.tsx";
import { type FilterFields, filterQuery, LONGEST_SEARCH } from "./history-filter.ts";

const outcomeWords: Readonly<Record<Outcome, Told>> = {
  posted: say("Posted"),
  trouble: say("Not posted or not confirmed"),
  open: say("Waiting or scheduled"),
  cancelled: say("Cancelled"),
};

/** With more accounts than this, the form has a search field instead of a list. */
export const MOST_LISTED = 50;

interface HistoryFilterFormProps {
  readonly fields: FilterFields;
  /** The person's connections; one more than `MOST_LISTED` where there are too many to list. */
  readonly connections: readonly Connection[];
}

export function HistoryFilterForm({ fields, connections }: HistoryFilterFormProps) {
  const { t } = useWords();
  const isFound = filterQuery(fields) !== "";
  const isFiltered = filterQuery({ ...fields, q: undefined }) !== "";
  const isLong = connections.length > MOST_LISTED;
  const used = platformNames.filter(
    (name) => isLong || connections.some(({ platform }) => platform === name),
  );
  return (
    <search>
      <form class="form history-search" method="get" action="/social/history/">
        <div class="search-line">
          <input
            type="search"
            name="q"
            value={fields.q}
            maxlength={LONGEST_SEARCH}
            autocomplete="off"
            enterkeyhint="search"
            aria-label={t("Search your shares")}
            placeholder={t("Titles, messages and addresses")}
          />
          <button class="button" type="submit">
            <T>Search</T>
          </button>
          {isFound && (
            <a class="button plain" href="/social/history/">
              <T>Show all</T>
            </a>
          )}
          <details class="filter" open={isFiltered}>
            <summary class="button">{isFiltered ? <T>Filtered</T> : <T>Filter</T>}</summary>
            <div class="filter-form">
              <label>
                <T>Network</T>
                <select name="platform">
                  <option value="">
                    <T>All</T>
                  </option>
                  {used.map((name) => (
                    <option value={name} selected={fields.platform === name}>
                      {aboutPlatform(name).label}
                    </option>
                  ))}
                </select>
              </label>
              {isLong ? (
                <label>
                  <T>Account</T>
                  <input
                    type="search"
                    name="name"
                    value={fields.name}
                    maxlength={LONGEST_SEARCH}
                    autocomplete="off"
                  />
                </label>
              ) : (
                <label>
                  <T>Account</T>
                  <select name="account">
                    <option value="">
                      <T>All</T>
                    </option>
                    {connections.map((connection) => (
                      <option value={connection.id} selected={fields.account === connection.id}>
                        {nameOf(connection, t)}
                      </option>
                    ))}
                  </select>
                </label>
              )}
              <label>
                <T>Outcome</T>
                <select name="outcome">
                  <option value="">
                    <T>All</T>
                  </option>
                  {Object.entries(outcomeWords).map(([name, words]) => (
                    <option value={name} selected={fields.outcome === name}>
                      <Say told={words} />
                    </option>
                  ))}
                </select>
              </label>
              <label>
                <T>From</T>
                <input type="date" name="from" value={fields.from} />
              </label>
              <label>
                <T>To</T>
                <input type="date" name="to" value={fields.to} />
              </label>
              <label>
                <T>Page</T>
                <input type="url" name="page" value={fields.page} placeholder="https://…" maxlength={4_000} />
              </label>
              <div class="actions">
                <button class="button small primary" type="submit">
                  <T>Show</T>
                </button>
              </div>
            </div>
          </details>
        </div>
      </form>
    </search>
  );
}

/** "@ana (X)" */
function nameOf({ account, platform, revokedAt }: Connection, t: Words["t"]): string {
  const values = { account: handleOf(account), network: aboutPlatform(platform).label };
  return revokedAt === undefined
    ? `${values.account} (${values.network})`
    : t("{account} ({network}), disconnected", values);
}
