/** The form that creates a group, for people with few accounts. */

import type { Connection } from "../../../connections/connection.ts";
import type { Told } from "../../../words/words.ts";
import { AccountPicture, tellAccount } from "../../frame/account-badge.tsx";
import { Banner } from "../../frame/banner.tsx";
import { breakable } from "../../frame/breakable.tsx";
import { T, useWords } from "../../frame/words.tsx";

/** A group that was refused, as it was filled in. */
export interface RefusedGroup {
  readonly name: string;
  readonly connectionIds: readonly string[];
  readonly bad: Told;
}

interface NewGroupProps {
  readonly connections: readonly Connection[];
  readonly refused: RefusedGroup | undefined;
}

export function NewGroup({ connections, refused }: NewGroupProps) {
  const { t } = useWords();
  return (
    <details class="more" open={refused !== undefined}>
      <summary>
        <T>Create a group</T>
      </summary>
      <form class="form" method="post" action="/social/groups/#groups">
        <Banner bad={refused?.bad} />
        <label>
          <T>Name</T>
          <small>
            <T>Using an existing name replaces that group.</T>
          </small>
          <input type="text" name="name" value={refused?.name} maxlength={60} autocomplete="off" required />
        </label>
        <fieldset class="members">
          <legend>
            <T>Accounts</T>
          </legend>
          {connections.map((connection) => (
            <label class="tick">
              <input
                type="checkbox"
                name="account"
                value={connection.id}
                checked={refused?.connectionIds.includes(connection.id)}
              />
              <span class="member">
                <AccountPicture account={connection.account} platform={connection.platform} />
                {breakable(tellAccount(connection, t))}
              </span>
            </label>
          ))}
        </fieldset>
        <button class="button primary" type="submit">
          <T>Save the group</T>
        </button>
      </form>
    </details>
  );
}
