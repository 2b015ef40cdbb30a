/** The accounts that a person connected, and the networks where more can be. */
import { type Connection, listConnections } from "../connections/connection.ts";
import { type PlatformName, platformNames } from "../platforms/platform.ts";
import { aboutPlatform } from "../platforms/registry.ts";
import { connectPath, reconnectPath } from "./connect-path.ts";
import type { WebContext } from "./context.ts";
import { takeNotice } from "./notice.ts";
import { AccountBadge } from "./parts/account-badge.tsx";
import { Notice } from "./parts/form.tsx";
import { PlatformMark, Sign } from "./parts/icons.tsx";
import { Layout } from "./parts/layout.tsx";

const HERE = "/social/";

export function showHome(c: WebContext) {
  return c.redirect(HERE);
}

export async function showAccounts(c: WebContext) {
  const { runtime, person } = c.var;
  const connections = await listConnections(runtime, person);
  return c.html(
    <Layout title="Accounts" person={person} current="accounts">
      <h1>Accounts</h1>
      <Notice good={takeNotice(c)} />
      {connections.length === 0 && (
        <p class="lead">Connect an account, then press Share on any page of your sites.</p>
      )}
      <div class="platforms">
        {platformNames.map((platform) => (
          <PlatformCard
            platform={platform}
            connections={connections.filter((connection) => connection.platform === platform)}
            missing={runtime.platforms.missingSettings(platform)}
            isOperator={person.role === "operator"}
          />
        ))}
      </div>
    </Layout>,
  );
}

interface PlatformCardProps {
  readonly platform: PlatformName;
  readonly connections: readonly Connection[];
  /** Settings that the operator has yet to make. */
  readonly missing: readonly string[];
  readonly isOperator: boolean;
}

function PlatformCard({ platform, connections, missing, isOperator }: PlatformCardProps) {
  const { label, summary } = aboutPlatform(platform);
  const isAvailable = missing.length === 0;
  return (
    <section class="card platform" aria-labelledby={`platform-${platform}`}>
      <header>
        <PlatformMark platform={platform} />
        <div>
          <h2 id={`platform-${platform}`}>{label}</h2>
          <p class="quiet">{summary}</p>
        </div>
      </header>
      {connections.length > 0 && (
        <ul class="connected">
          {connections.map((connection) => (
            <ConnectedAccount connection={connection} isAvailable={isAvailable} />
          ))}
        </ul>
      )}
      {isAvailable ? (
        <a class={connections.length === 0 ? "button primary" : "button"} href={connectPath(platform, HERE)}>
          <Sign name="plus" />
          {connections.length === 0 ? "Connect" : "Connect another"}
          <span class="unseen">{connections.length === 0 ? ` ${label}` : ` ${label} account`}</span>
        </a>
      ) : (
        <NotAvailable label={label} missing={isOperator ? missing : []} />
      )}
    </section>
  );
}

function NotAvailable({ label, missing }: { label: string; missing: readonly string[] }) {
  return (
    <p class="note quiet">
      {label} is not available here yet.
      {missing.length > 0 && (
        <>
          {" To set it up, set "}
          {missing.map((name, index) => (
            <>
              {index > 0 && " and "}
              <code>{name}</code>
            </>
          ))}
          .
        </>
      )}
    </p>
  );
}

function ConnectedAccount({ connection, isAvailable }: { connection: Connection; isAvailable: boolean }) {
  const { id, account, platform, problem } = connection;
  const isBroken = connection.status === "reconnect";
  return (
    <li>
      <AccountBadge connection={connection} />
      <p class={isBroken ? "state doubt" : "state good"}>
        <Sign name={isBroken ? "link" : "check"} />
        {isBroken ? "Needs reconnecting" : "Active"}
      </p>
      {isBroken && (
        <p class="note">{problem ?? `${aboutPlatform(platform).label} no longer lets us post here.`}</p>
      )}
      <div class="account-actions">
        {isBroken && isAvailable && (
          <a class="button small primary" href={reconnectPath(connection, HERE)}>
            Reconnect<span class="unseen">{` @${account.username}`}</span>
          </a>
        )}
        <details class="confirm">
          <summary class="button small">
            Disconnect<span class="unseen">{` @${account.username}`}</span>
          </summary>
          <form method="post" action={`/social/disconnect/${id}/`}>
            <p>Disconnect @{account.username}? Nothing more is posted there. What you shared stays.</p>
            <button class="button small danger" type="submit">
              Yes, disconnect
            </button>
          </form>
        </details>
      </div>
    </li>
  );
}
