/** A connected account: its state, its permissions, and buttons to reconnect, check or disconnect it. */
import { type Connection, handleOf, isEndingSoon } from "../../connections/connection.ts";
import { aboutPlatform } from "../../platforms/registry.ts";
import { say } from "../../words/words.ts";
import { AccountBadge } from "../frame/account-badge.tsx";
import { Sign } from "../frame/icons.tsx";
import { formatDay } from "../frame/time.tsx";
import { Say, T, useWords } from "../frame/words.tsx";
import { reconnectPath } from "./connect-path.ts";
import { Permissions } from "./permissions.tsx";

interface ConnectedAccountProps {
  readonly connection: Connection;
  /** Whether its network is set up here. */
  readonly isAvailable: boolean;
  readonly now: Date;
  /** The local path to return to after an action. */
  readonly here: string;
}

export function ConnectedAccount(props: ConnectedAccountProps) {
  const { connection, now } = props;
  return (
    <>
      <AccountBadge connection={connection} />
      <AccountNotes connection={connection} now={now} />
      {!aboutPlatform(connection.platform).isFormer && <Permissions connection={connection} />}
      <AccountActions {...props} />
    </>
  );
}

interface AccountNotesProps {
  readonly connection: Connection;
  readonly now: Date;
  /** Whether to show problems only. */
  readonly isBrief?: boolean;
}

export function AccountNotes({ connection, now, isBrief = false }: AccountNotesProps) {
  const { platform, problem, endsAt } = connection;
  const words = useWords();
  const { t } = words;
  const { label: network, isFormer } = aboutPlatform(platform);
  const isBroken = connection.status === "reconnect";
  const endsSoon = isEndingSoon(connection, now);
  const day = endsAt === undefined ? "" : formatDay(words, endsAt);
  if (isFormer)
    return (
      <>
        <p class="state doubt">
          <Sign name="stop" />
          <T>No longer supported</T>
        </p>
        <p class="note">
          <T>Nothing can be shared to this account any more. You can disconnect it.</T>
        </p>
      </>
    );
  if (isBrief && !isBroken && !endsSoon) return null;
  return (
    <>
      <p class={isBroken ? "state doubt" : "state good"}>
        <Sign name={isBroken ? "link" : "check"} />
        {isBroken ? <T>Needs reconnecting</T> : <T>Active</T>}
      </p>
      {isBroken && (
        <p class="note">
          <Say told={problem ?? say("{network} no longer lets us post here.", { network })} />
        </p>
      )}
      {!isBroken && endsAt !== undefined && (
        <p class={endsSoon ? "note doubt" : "note quiet"}>
          {endsSoon
            ? t("Reconnect now: access ends on {day}. On {network}, only you can renew it.", {
                day,
                network,
              })
            : t("Access ends on {day}. On {network}, only you can renew it.", { day, network })}
        </p>
      )}
    </>
  );
}

export function AccountActions({ connection, isAvailable, now, here }: ConnectedAccountProps) {
  const { id, account } = connection;
  const { t } = useWords();
  const needsPerson = connection.status === "reconnect" || isEndingSoon(connection, now);
  return (
    <div class="account-actions">
      {needsPerson && isAvailable && (
        <a class="button small primary" href={reconnectPath(connection, here)}>
          <T>Reconnect</T>
          <span class="unseen">{` ${handleOf(account)}`}</span>
        </a>
      )}
      {isAvailable && (
        <form method="post" action={`/social/verify/${id}/`}>
          <ReturnField here={here} />
          <button class="button small" type="submit">
            <T>Check</T>
            <span class="unseen">{t(" whether {account} still works", { account: handleOf(account) })}</span>
          </button>
        </form>
      )}
      {isAvailable && (
        <a
          class="button small"
          href={`/social/accounts/${id}/?${new URLSearchParams({ return: here })}#template`}
        >
          <T>Template</T>
          <span class="unseen">{` ${handleOf(account)}`}</span>
        </a>
      )}
      <details class="confirm">
        <summary class="button small">
          <T>Disconnect</T>
          <span class="unseen">{` ${handleOf(account)}`}</span>
        </summary>
        <form method="post" action={`/social/disconnect/${id}/`}>
          <ReturnField here={here} />
          <p>
            {t(
              "Disconnect {account}? Waiting and scheduled shares are cancelled for good. A share that is being sent right now may still appear. Existing posts stay.",
              {
                account: handleOf(account),
              },
            )}
          </p>
          <button class="button small danger" type="submit">
            <T>Yes, disconnect</T>
          </button>
        </form>
      </details>
    </div>
  );
}

function ReturnField({ here }: { here: string }) {
  return <input type="hidden" name="return" value={here} />;
}
