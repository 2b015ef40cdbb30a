/** The accounts page for people with many accounts: a searchable list, with accounts that need attention first. */
import type { AccountState, NetworkCount } from "../../connections/account-search.ts";
import type { Connection } from "../../connections/connection.ts";
import { type PlatformName, platformNames } from "../../platforms/platform.ts";
import { aboutPlatform } from "../../platforms/registry.ts";
import { say, type Told } from "../../words/words.ts";
import { AccountLine } from "../frame/account-badge.tsx";
import { MarkSymbols } from "../frame/icons.tsx";
import { Say, T, useWords } from "../frame/words.tsx";
import { ACCOUNTS, type AccountFilter, accountsPath } from "./account-filter.ts";
import { AccountActions, AccountNotes } from "./connected-account.tsx";

export interface AccountListProps {
  readonly filter: AccountFilter;
  readonly networks: readonly NetworkCount[];
  readonly connections: readonly Connection[];
  readonly pages: number;
  /** The networks that are set up. */
  readonly available: ReadonlySet<PlatformName>;
  readonly now: Date;
}

const stateLabels: Readonly<Record<AccountState, Told>> = {
  attention: say("Need attention"),
  active: say("Active"),
};

export function AccountList(props: AccountListProps) {
  const { filter, networks, connections, pages, available, now } = props;
  const here = accountsPath(filter);
  const found = networks.reduce((sum, network) => sum + network.found, 0);
  return (
    <section class="card stack" aria-labelledby="connected">
      <MarkSymbols platforms={networks.map(({ platform }) => platform)} />
      <h2 id="connected">
        <T>Connected accounts</T>
      </h2>
      <AccountFilterForm filter={filter} networks={networks} />
      <p class="quiet" role="status">
        <T found={found}>{"{found, plural, =0 {No accounts match.} one {# account} other {# accounts}}"}</T>
      </p>
      {connections.length > 0 && (
        <ul class="connected">
          {connections.map((connection) => (
            <li>
              <a
                class="account-name"
                href={`/social/accounts/${connection.id}/?${new URLSearchParams({ return: here })}`}
              >
                <AccountLine connection={connection} />
              </a>
              <AccountNotes connection={connection} now={now} isBrief />
              <AccountActions
                connection={connection}
                isAvailable={available.has(connection.platform)}
                now={now}
                here={here}
              />
            </li>
          ))}
        </ul>
      )}
      {pages > 1 && (
        <p class="turning">
          {filter.page > 1 && (
            <a class="button small" rel="prev" href={accountsPath({ ...filter, page: filter.page - 1 })}>
              <T>Previous</T>
            </a>
          )}
          <span class="quiet">
            <T page={filter.page} pages={pages}>
              {"Page {page, number} of {pages, number}"}
            </T>
          </span>
          {filter.page < pages && (
            <a class="button small" rel="next" href={accountsPath({ ...filter, page: filter.page + 1 })}>
              <T>Next</T>
            </a>
          )}
        </p>
      )}
    </section>
  );
}

function AccountFilterForm({ filter, networks }: Pick<AccountListProps, "filter" | "networks">) {
  const { t } = useWords();
  const used = platformNames.flatMap((name) => networks.filter(({ platform }) => platform === name));
  const attention = networks.reduce((sum, network) => sum + network.attention, 0);
  const isFiltered = accountsPath({ ...filter, page: 1 }) !== ACCOUNTS;
  return (
    <form class="find" method="get" action={ACCOUNTS}>
      <label>
        <T>Find accounts</T>
        <input
          type="search"
          name="q"
          value={filter.words}
          maxlength={100}
          autocomplete="off"
          placeholder={t("Name or handle")}
        />
      </label>
      <label>
        <T>Network</T>
        <select name="network">
          <option value="">
            <T>All</T>
          </option>
          {used.map(({ platform, accounts }) => (
            <option value={platform} selected={filter.platform === platform}>
              {`${aboutPlatform(platform).label} (${accounts})`}
            </option>
          ))}
        </select>
      </label>
      <label>
        <T>State</T>
        <select name="state">
          <option value="">
            <T>All</T>
          </option>
          {Object.entries(stateLabels).map(([state, words]) => (
            <option value={state} selected={filter.state === state}>
              <Say told={words} />
              {state === "attention" && ` (${attention})`}
            </option>
          ))}
        </select>
      </label>
      <button class="button" type="submit">
        <T>Find</T>
      </button>
      {isFiltered && (
        <a class="button plain" href={ACCOUNTS}>
          <T>Show all</T>
        </a>
      )}
    </form>
  );
}
