/** Groups of accounts: to look after on the accounts page, and to choose from on the share page. */
import type { Connection } from "../../../connections/connection.ts";
import type { AccountGroup, GroupSize } from "../../../connections/groups.ts";
import { tellAccount } from "../../frame/account-badge.tsx";
import { T, useWords } from "../../frame/words.tsx";
import { NewGroup, type RefusedGroup } from "./group-form.tsx";

interface GroupsProps {
  readonly groups: readonly AccountGroup[];
  readonly connections: readonly Connection[];
  readonly refused?: RefusedGroup | undefined;
}

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
                  {connections
                    .filter((connection) => connectionIds.includes(connection.id))
                    .map((connection) => tellAccount(connection, t))
                    .join(", ")}
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

/** Of somebody with many accounts: each group is changed on a page of its own. */
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

interface GroupChoiceProps {
  readonly groups: readonly AccountGroup[];
  /** This share page; with a group's id it comes back with its accounts ticked. */
  readonly here: string;
}

/** Each ticks its accounts at once; without JavaScript the page is asked for anew. */
export function GroupChoice({ groups, here }: GroupChoiceProps) {
  if (groups.length === 0) return null;
  return (
    <ul class="group-choice" aria-label={useWords().t("Groups")}>
      {groups.map(({ id, name, connectionIds }) => (
        <li>
          <a class="chip" href={`${here}&group=${id}`} data-group={connectionIds.join(" ")}>
            {name}
          </a>
        </li>
      ))}
    </ul>
  );
}
