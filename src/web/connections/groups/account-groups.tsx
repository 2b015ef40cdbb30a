/** Lists of account groups: on the accounts page to manage them, on the share page to choose from. */

import type { Connection } from "../../../connections/connection.ts";
import type { AccountGroup, GroupSize } from "../../../connections/groups.ts";
import { tellAccount } from "../../frame/account-badge.tsx";
import { breakable } from "../../frame/breakable.tsx";
import { T, useWords } from "../../frame/words.tsx";
import { NewGroup, type RefusedGroup } from "./group-form.tsx";

interface GroupsProps {
  readonly groups: readonly AccountGroup[];
  readonly connections: readonly Connection[];
  readonly refused?: RefusedGroup | undefined;
}

/** The groups section for people with few accounts, with a form to create one. */
export function Groups({ groups, connections, refused }: GroupsProps) {
  const { t } = useWords();
  return (
    <section class="card stack" aria-labelledby="groups">
      <h2 id="groups">
        <T>Groups</T>
      </h2>
      <p class="quiet">
        <T>Group accounts that you often share to together, and tick them all at once.</T>
      </p>
      {groups.length > 0 && (
        <ul class="rows">
          {groups.map(({ id, name, connectionIds }) => (
            <li>
              <p>
                <strong>{name}</strong>
                <span class="quiet">
                  {breakable(
                    connections
                      .filter((connection) => connectionIds.includes(connection.id))
                      .map((connection) => tellAccount(connection, t))
                      .join(", "),
                  )}
                </span>
              </p>
              <GroupActions id={id} name={name} />
            </li>
          ))}
        </ul>
      )}
      <NewGroup connections={connections} refused={refused} />
    </section>
  );
}

/** The groups section for people with many accounts, who create and change groups on a separate page. */
export function GroupList({ groups }: { groups: readonly GroupSize[] }) {
  return (
    <section class="card stack" aria-labelledby="groups">
      <h2 id="groups">
        <T>Groups</T>
      </h2>
      <p class="quiet">
        <T>Group accounts that you often share to together, and tick them all at once.</T>
      </p>
      {groups.length > 0 && (
        <ul class="rows groups">
          {groups.map(({ id, name, accounts }) => (
            <li>
              <p>
                <strong>{name}</strong>
                <span class="quiet">
                  <T accounts={accounts}>{"{accounts, plural, one {# account} other {# accounts}}"}</T>
                </span>
              </p>
              <GroupActions id={id} name={name} />
            </li>
          ))}
        </ul>
      )}
      <p>
        <a class="button" href="/social/groups/new/">
          <T>Create a group</T>
        </a>
      </p>
    </section>
  );
}

function GroupActions({ id, name }: Pick<AccountGroup, "id" | "name">) {
  const { t } = useWords();
  return (
    <div class="account-actions">
      <a class="button small" href={`/social/groups/${id}/`}>
        <T>Change</T>
        <span class="unseen">{` ${t("the group {name}", { name })}`}</span>
      </a>
      <form method="post" action={`/social/groups/${id}/delete/`}>
        <button class="button small" type="submit">
          <T>Delete</T>
          <span class="unseen">{` ${t("the group {name}", { name })}`}</span>
        </button>
      </form>
    </div>
  );
}
