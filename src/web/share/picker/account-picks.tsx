/** The chosen accounts, requests and searches as checkboxes that remove them, and the groups as checkboxes that add them. */

import type { AccountSearch } from "../../../connections/account-search.ts";
import type { PartCount } from "../../../connections/count-selected.ts";
import { aboutPlatform } from "../../../platforms/registry.ts";
import type { Words } from "../../../words/words.ts";
import { tellAccount } from "../../frame/account-badge.tsx";
import { breakable } from "../../frame/breakable.tsx";
import { MarkReference } from "../../frame/icons.tsx";
import { T, useWords } from "../../frame/words.tsx";
import type { AccountPickerProps } from "./account-picker.tsx";
import { writeSearch } from "./selection-fields.ts";

export function AccountPicks({ picker, requestLabel }: Pick<AccountPickerProps, "picker" | "requestLabel">) {
  const { t } = useWords();
  const { selection, groups, requests, searches, named, packed, without } = picker;
  const shownSearch = writeSearch(picker.find);
  const moved = searches.filter(({ search }) => writeSearch(search) !== shownSearch);
  const chosenParts = [
    ...groups.filter(({ id }) => selection.groupIds.includes(id)),
    ...requests.filter(({ id }) => selection.requestIds.includes(id)),
    ...searches,
  ];
  return (
    <>
      <ul class="picks" aria-label={t("Chosen")}>
        {requests.map(({ id, ...count }) => (
          <Pick name="as" value={id} isChosen={selection.requestIds.includes(id)} count={count}>
            {t(requestLabel)}
          </Pick>
        ))}
        {moved.map(({ search, ...count }) => (
          <Pick name="all" value={writeSearch(search)} isChosen count={count}>
            {tellSearch(search, t)}
          </Pick>
        ))}
        {named.map((connection) => (
          <Pick name="account" value={connection.id} isChosen>
            <MarkReference platform={connection.platform} />
            {breakable(tellAccount(connection, t))}
          </Pick>
        ))}
        {packed.accounts > 0 && (
          <Pick name="accounts" value={packed.value} isChosen>
            {t("{number, plural, one {# more account} other {# more accounts}}, chosen individually", {
              number: packed.accounts,
            })}
          </Pick>
        )}
        {without.map((connection) => (
          <Pick name="without" value={connection.id} isChosen>
            <MarkReference platform={connection.platform} />
            {breakable(t("Without {account}", { account: tellAccount(connection, t) }))}
          </Pick>
        ))}
      </ul>
      {groups.length > 0 && (
        <ul class="picks" aria-label={t("Groups")}>
          {groups.map(({ id, name, ...count }) => (
            <Pick name="group" value={id} isChosen={selection.groupIds.includes(id)} count={count}>
              {name}
            </Pick>
          ))}
        </ul>
      )}
      {chosenParts.some(({ accounts, usable }) => usable < accounts) && (
        <p class="note doubt left-out-note">
          <T>Accounts that need reconnecting, or whose network does not accept this page, are left out.</T>{" "}
          <a href="/social/?state=attention">
            <T>See accounts that need reconnecting</T>
          </a>
        </p>
      )}
    </>
  );
}

interface PickProps {
  readonly name: string;
  readonly value: string;
  readonly isChosen: boolean;
  readonly count?: PartCount;
  readonly children: unknown;
}

const LONGEST_ID = 100;

function Pick({ name, value, isChosen, count, children }: PickProps & { children: string | object }) {
  return (
    // The id keeps the tick with its item when htmx morphs the list.
    <li id={`pick-${name}-${value.slice(0, LONGEST_ID)}`}>
      <label class="pick">
        <input type="checkbox" name={name} value={value} checked={isChosen} autocomplete="off" />
        <span class="pick-words">
          <span>{children}</span>
          {count !== undefined && <Count {...count} />}
        </span>
      </label>
    </li>
  );
}

function Count({ accounts, usable }: PartCount) {
  return (
    <span class="quiet">
      {accounts === usable ? (
        <T accounts={accounts}>{"{accounts, plural, one {# account} other {# accounts}}"}</T>
      ) : (
        <T usable={usable} accounts={accounts}>
          {"{usable, number} of {accounts, plural, one {# account} other {# accounts}}"}
        </T>
      )}
    </span>
  );
}

function tellSearch({ words = "", platform }: AccountSearch, t: Words["t"]): string {
  const network = platform === undefined ? "" : aboutPlatform(platform).label;
  if (words === "") return network === "" ? t("All accounts") : t("All on {network}", { network });
  return network === ""
    ? t("All matching “{text}”", { text: words })
    : t("All matching “{text}” on {network}", { text: words, network });
}
