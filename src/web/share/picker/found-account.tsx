/** One account that the search found: a checkbox to choose it, or to leave it out of a chosen group. */
import { type Connection, handleOf } from "../../../connections/connection.ts";
import { aboutPlatform } from "../../../platforms/registry.ts";
import { reconnectPath } from "../../connections/connect-path.ts";
import { AccountLine } from "../../frame/account-badge.tsx";
import { Sign } from "../../frame/icons.tsx";
import { T, useWords } from "../../frame/words.tsx";
import { tellEarlier } from "./earlier-note.tsx";
import type { Found } from "./found.ts";
import type { Picker } from "./picker.ts";

interface FoundAccountProps {
  readonly found: Found;
  readonly selection: Picker["selection"];
  readonly here: string;
  readonly zone: string | undefined;
}

export function FoundAccount({ found, selection, here, zone }: FoundAccountProps) {
  const words = useWords();
  const { connection, isUsable, isInWhole, earlier } = found;
  const { id } = connection;
  const isChosen = selection.connectionIds.includes(id);
  return (
    // The id keeps the tick with its account when htmx morphs the list.
    <li id={`found-${id}`}>
      {isInWhole && !isChosen && isUsable ? (
        <ChosenWithOthers connection={connection} isLeftOut={selection.without.includes(id)} />
      ) : (
        <label>
          <input
            type="checkbox"
            name="account"
            value={id}
            checked={isChosen && isUsable}
            disabled={!isUsable}
            autocomplete="off"
          />
          <AccountLine connection={connection} />
        </label>
      )}
      {!isUsable && <UnusableReason connection={connection} here={here} />}
      {earlier !== undefined && <p class="note quiet">{tellEarlier(words, earlier, { zone })}</p>}
    </li>
  );
}

/** An account chosen as part of a group, a request or a search, which can only be left out. */
function ChosenWithOthers({ connection, isLeftOut }: { connection: Connection; isLeftOut: boolean }) {
  return (
    <div class={isLeftOut ? "with-others left-out" : "with-others"}>
      <Sign name="check" />
      <AccountLine connection={connection} />
      <label>
        <input type="checkbox" name="without" value={connection.id} checked={isLeftOut} autocomplete="off" />
        <span>
          <T>Leave out</T>
          <span class="unseen">{` ${handleOf(connection.account)}`}</span>
        </span>
      </label>
    </div>
  );
}

function UnusableReason({ connection, here }: { connection: Connection; here: string }) {
  const { account, platform, status } = connection;
  return (
    <p class="note doubt">
      {status === "reconnect" ? (
        <>
          <T>Needs reconnecting</T>{" "}
          <a href={reconnectPath(connection, here)}>
            <T>Reconnect</T>
            <span class="unseen">{` ${handleOf(account)}`}</span>
          </a>
        </>
      ) : (
        <T network={aboutPlatform(platform).label}>{"{network} does not accept this page."}</T>
      )}
    </p>
  );
}
