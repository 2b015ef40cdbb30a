/** What to look for in the history. */
import { type Connection, handleOf } from "../../connections/connection.ts";
import { platformNames } from "../../platforms/platform.ts";
import { aboutPlatform } from "../../platforms/registry.ts";
import type { Outcome } from "../../sharing/history-filter.ts";
import { type FilterFields, filterQuery } from "../history-filter.ts";

const outcomeWords: Readonly<Record<Outcome, string>> = {
  posted: "Posted",
  trouble: "Not posted, or not sure",
  open: "Waiting or scheduled",
  cancelled: "Cancelled",
};

interface HistoryFilterFormProps {
  readonly fields: FilterFields;
  readonly connections: readonly Connection[];
}

export function HistoryFilterForm({ fields, connections }: HistoryFilterFormProps) {
  const isFiltered = filterQuery(fields) !== "";
  const used = platformNames.filter((name) => connections.some(({ platform }) => platform === name));
  return (
    <details class="filter" open={isFiltered}>
      <summary class="button small">{isFiltered ? "Filtered" : "Filter"}</summary>
      <form class="form filter-form" method="get" action="/social/history/">
        <label>
          Network
          <select name="platform">
            <option value="">All</option>
            {used.map((name) => (
              <option value={name} selected={fields.platform === name}>
                {aboutPlatform(name).label}
              </option>
            ))}
          </select>
        </label>
        <label>
          Account
          <select name="account">
            <option value="">All</option>
            {connections.map(({ id, account, platform }) => (
              <option value={id} selected={fields.account === id}>
                {`${handleOf(account)} (${aboutPlatform(platform).label})`}
              </option>
            ))}
          </select>
        </label>
        <label>
          Outcome
          <select name="outcome">
            <option value="">All</option>
            {Object.entries(outcomeWords).map(([name, words]) => (
              <option value={name} selected={fields.outcome === name}>
                {words}
              </option>
            ))}
          </select>
        </label>
        <label>
          From
          <input type="date" name="from" value={fields.from} />
        </label>
        <label>
          To
          <input type="date" name="to" value={fields.to} />
        </label>
        <label>
          Page
          <input type="url" name="page" value={fields.page} placeholder="https://…" maxlength={4_000} />
        </label>
        <div class="actions">
          <button class="button small primary" type="submit">
            Show
          </button>
          {isFiltered && (
            <a class="button small" href="/social/history/">
              Show all
            </a>
          )}
        </div>
      </form>
    </details>
  );
}
