/** Groups of accounts: to look after on the accounts page, and to choose from on the share page. */
import { type Connection, handleOf } from "../../connections/connection.ts";
import type { AccountGroup } from "../../connections/groups.ts";
import { aboutPlatform } from "../../platforms/registry.ts";
import { AccountPicture } from "./account-badge.tsx";

interface GroupsProps {
  readonly groups: readonly AccountGroup[];
  readonly connections: readonly Connection[];
}

export function Groups({ groups, connections }: GroupsProps) {
  return (
    <section class="card stack" aria-labelledby="groups">
      <h2 id="groups">Groups</h2>
      <p class="quiet">Accounts that you often share to together: one press ticks all of them.</p>
      {groups.length > 0 && (
        <ul class="rows">
          {groups.map(({ id, name, connectionIds }) => (
            <li>
              <p>
                <strong>{name}</strong>
                <span class="quiet">
                  {connections
                    .filter((connection) => connectionIds.includes(connection.id))
                    .map(tellAccount)
                    .join(", ")}
                </span>
              </p>
              <form method="post" action={`/social/groups/${id}/delete/`}>
                <button class="button small" type="submit">
                  Delete<span class="unseen">{` the group ${name}`}</span>
                </button>
              </form>
            </li>
          ))}
        </ul>
      )}
      <details class="more">
        <summary>Make a group</summary>
        <form class="form" method="post" action="/social/groups/">
          <label>
            Name
            <small>With the name of a group that you have, you change that one.</small>
            <input type="text" name="name" maxlength={60} autocomplete="off" required />
          </label>
          <fieldset class="members">
            <legend>Accounts</legend>
            {connections.map((connection) => (
              <label class="tick">
                <input type="checkbox" name="account" value={connection.id} />
                <span class="member">
                  <AccountPicture account={connection.account} platform={connection.platform} />
                  {tellAccount(connection)}
                </span>
              </label>
            ))}
          </fieldset>
          <button class="button primary" type="submit">
            Keep the group
          </button>
        </form>
      </details>
    </section>
  );
}

/** "@ana on X" */
function tellAccount({ account, platform }: Connection): string {
  return `${handleOf(account)} on ${aboutPlatform(platform).label}`;
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
    <ul class="group-choice" aria-label="Groups">
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
