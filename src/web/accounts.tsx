/** The accounts that a person connected, and the networks where more can be. */
import { type Connection, handleOf, isEndingSoon, listConnections } from "../connections/connection.ts";
import { listGroups } from "../connections/groups.ts";
import { type PlatformName, platformNames } from "../platforms/platform.ts";
import { aboutPlatform } from "../platforms/registry.ts";
import type { Told } from "../words/words.ts";
import { say } from "../words/words.ts";
import { connectPath, reconnectPath } from "./connect-path.ts";
import type { WebContext } from "./context.ts";
import { takeNotice } from "./notice.ts";
import { AccountBadge } from "./parts/account-badge.tsx";
import { Groups, type RefusedGroup } from "./parts/account-groups.tsx";
import { Notice } from "./parts/form.tsx";
import { PlatformMark, Sign } from "./parts/icons.tsx";
import { Layout } from "./parts/layout.tsx";
import { Permissions } from "./parts/permissions.tsx";
import { formatDay } from "./parts/time.tsx";
import { Say, T, useWords } from "./parts/words.tsx";
import { show } from "./show.tsx";

const HERE = "/social/";

export function showHome(c: WebContext) {
  return c.redirect(HERE);
}

export async function showAccounts(c: WebContext) {
  return await renderAccounts(c, { good: takeNotice(c) });
}

interface AccountsNews {
  readonly good?: Told | undefined;
  readonly bad?: Told | undefined;
  readonly group?: RefusedGroup;
}

export async function renderAccounts(c: WebContext, { good, bad, group }: AccountsNews) {
  const { runtime, person } = c.var;
  const connections = await listConnections(runtime, person);
  const groups = await listGroups(runtime, person);
  return show(
    c,
    <Layout title={say("Accounts")} person={person} current="accounts" address="/social/">
      <h1>
        <T>Accounts</T>
      </h1>
      <Notice good={good} bad={bad} />
      {connections.length === 0 && (
        <p class="lead">
          <T>Connect an account, then press Share on any page of your sites.</T>
        </p>
      )}
      <div class="platforms">
        {platformNames.map((platform) => (
          <PlatformCard
            platform={platform}
            connections={connections.filter((connection) => connection.platform === platform)}
            missing={runtime.platforms.missingSettings(platform)}
            isOperator={person.role === "operator"}
            notice={person.role === "operator" ? findNotice(runtime, platform) : undefined}
            now={runtime.now()}
          />
        ))}
      </div>
      {connections.length > 1 && <Groups groups={groups} connections={connections} refused={group} />}
    </Layout>,
  );
}

interface PlatformCardProps {
  readonly platform: PlatformName;
  readonly connections: readonly Connection[];
  /** Settings that the operator has yet to make. */
  readonly missing: readonly string[];
  readonly isOperator: boolean;
  /** What the operator has to do soon. */
  readonly notice: Told | undefined;
  readonly now: Date;
}

function findNotice({ platforms }: WebContext["var"]["runtime"], name: PlatformName): Told | undefined {
  return platforms
    .availablePlatforms()
    .find((platform) => platform.name === name)
    ?.operatorNotice();
}

function PlatformCard({ platform, connections, missing, isOperator, notice, now }: PlatformCardProps) {
  const { label, summary } = aboutPlatform(platform);
  const isAvailable = missing.length === 0;
  return (
    <section class="card platform" aria-labelledby={`platform-${platform}`}>
      <header>
        <PlatformMark platform={platform} />
        <div>
          <h2 id={`platform-${platform}`}>{label}</h2>
          <p class="quiet">
            <Say told={summary} />
          </p>
        </div>
      </header>
      {notice !== undefined && (
        <p class="note doubt">
          <Say told={notice} />
        </p>
      )}
      {connections.length > 0 && (
        <ul class="connected">
          {connections.map((connection) => (
            <ConnectedAccount connection={connection} isAvailable={isAvailable} now={now} />
          ))}
        </ul>
      )}
      {isAvailable ? (
        <a class={connections.length === 0 ? "button primary" : "button"} href={connectPath(platform, HERE)}>
          <Sign name="plus" />
          {connections.length === 0 ? <T>Connect</T> : <T>Connect another</T>}
          <span class="unseen">{` ${label}`}</span>
        </a>
      ) : (
        <NotAvailable platform={platform} missing={isOperator ? missing : []} />
      )}
    </section>
  );
}

function NotAvailable({ platform, missing }: { platform: PlatformName; missing: readonly string[] }) {
  const { label } = aboutPlatform(platform);
  return (
    <>
      <p class="note quiet">
        <T label={label}>{"{label} is not available here yet."}</T>
        {missing.length > 0 && (
          <>
            {" "}
            <T settings={<code>{missing.join(", ")}</code>}>{"To set it up, set {settings}."}</T>
          </>
        )}
      </p>
      {missing.length > 0 && (
        <a class="button" href={`/admin/setup/${platform}/`}>
          <Sign name="tools" />
          <T>Set it up</T>
          <span class="unseen">{` ${label}`}</span>
        </a>
      )}
    </>
  );
}

interface ConnectedAccountProps {
  readonly connection: Connection;
  readonly isAvailable: boolean;
  readonly now: Date;
}

function ConnectedAccount({ connection, isAvailable, now }: ConnectedAccountProps) {
  const { id, account, platform, problem, endsAt } = connection;
  const words = useWords();
  const { t } = words;
  const network = aboutPlatform(platform).label;
  const isBroken = connection.status === "reconnect";
  const endsSoon = isEndingSoon(connection, now);
  const day = endsAt === undefined ? "" : formatDay(words, endsAt);
  return (
    <li>
      <AccountBadge connection={connection} />
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
            ? t("Reconnect it now: access ends on {day}, and {network} lets only you renew it.", {
                day,
                network,
              })
            : t("Access ends on {day}, and {network} lets only you renew it.", { day, network })}
        </p>
      )}
      <Permissions connection={connection} />
      <div class="account-actions">
        {(isBroken || endsSoon) && isAvailable && (
          <a class="button small primary" href={reconnectPath(connection, HERE)}>
            <T>Reconnect</T>
            <span class="unseen">{` ${handleOf(account)}`}</span>
          </a>
        )}
        {isAvailable && (
          <form method="post" action={`/social/verify/${id}/`}>
            <button class="button small" type="submit">
              <T>Check</T>
              <span class="unseen">
                {t(" whether {account} still works", { account: handleOf(account) })}
              </span>
            </button>
          </form>
        )}
        <details class="confirm">
          <summary class="button small">
            <T>Disconnect</T>
            <span class="unseen">{` ${handleOf(account)}`}</span>
          </summary>
          <form method="post" action={`/social/disconnect/${id}/`}>
            <p>
              {t(
                "Disconnect {account}? Nothing more is posted there: what waits or is scheduled is cancelled. What you shared stays.",
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
    </li>
  );
}
