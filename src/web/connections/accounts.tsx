/** The accounts that a person connected, and the networks where more can be. */
import { countAccounts, searchAccounts } from "../../connections/account-search.ts";
import { type Connection, listConnections } from "../../connections/connection.ts";
import { listGroupSizes, listGroups } from "../../connections/groups.ts";
import { type PlatformName, platformNames } from "../../platforms/platform.ts";
import { aboutPlatform } from "../../platforms/registry.ts";
import { findLastRestoration } from "../../sharing/delivery/restored.ts";
import { say, type Told } from "../../words/words.ts";
import { RestoredNotice } from "../admin/restored.tsx";
import { Notice } from "../frame/form.tsx";
import { PlatformMark, Sign } from "../frame/icons.tsx";
import { Layout } from "../frame/layout.tsx";
import { readNews, takeNotice } from "../frame/notice.ts";
import { show } from "../frame/show.tsx";
import { Say, T } from "../frame/words.tsx";
import type { WebContext } from "../guards/context.ts";
import { FEW } from "../share/measure.ts";
import { ACCOUNTS, readAccountFilter } from "./account-filter.ts";
import { GroupList, Groups, type RefusedGroup } from "./account-groups.tsx";
import { AccountList } from "./account-list.tsx";
import { ConnectLinks } from "./connect-links.tsx";
import { connectPath } from "./connect-path.ts";
import { ConnectedAccount } from "./connected-account.tsx";

/** Of many accounts, so many on one page. */
const PAGE_SIZE = 25;

export function showHome(c: WebContext) {
  return c.redirect(ACCOUNTS);
}

export async function showAccounts(c: WebContext) {
  return await renderAccounts(c, { good: takeNotice(c), bad: readNews(c, news) });
}

const news: Readonly<Record<string, Told>> = {
  "not-connected": say(
    "Nothing was connected: the network sent its answer to a browser in which you were not signed in. Press Connect again, and stay in this browser until you are back.",
  ),
};

interface AccountsNews {
  readonly good?: Told | undefined;
  readonly bad?: Told | undefined;
  readonly group?: RefusedGroup;
}

export async function hasFewAccounts({ var: { runtime, person } }: WebContext): Promise<boolean> {
  return (await listConnections(runtime, person, FEW + 1)).length <= FEW;
}

export async function renderAccounts(c: WebContext, { good, bad, group }: AccountsNews) {
  const { runtime, person } = c.var;
  const connections = await listConnections(runtime, person, FEW + 1);
  if (connections.length > FEW) return renderMany(c, { good, bad });
  const groups = await listGroups(runtime, person);
  const restoration = person.role === "operator" ? await findLastRestoration(runtime) : undefined;
  return show(
    c,
    <Layout title={say("Accounts")} person={person} current="accounts" address="/social/">
      <h1>
        <T>Accounts</T>
      </h1>
      <Notice good={good} bad={bad} />
      {restoration !== undefined && <RestoredNotice restoration={restoration} zone={person.timeZone} />}
      {connections.length === 0 && (
        <p class="lead">
          <T>Connect an account, then press Share on any page of your sites.</T>
        </p>
      )}
      <div class="platforms">
        {withFormer(connections).map((platform) => (
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

async function renderMany(c: WebContext, { good, bad }: Pick<AccountsNews, "good" | "bad">) {
  const { runtime, person } = c.var;
  const filter = readAccountFilter(c.req.query());
  const [networks, groups] = await Promise.all([
    countAccounts(runtime, person, filter),
    listGroupSizes(runtime, person),
  ]);
  const found = networks.reduce((sum, network) => sum + network.found, 0);
  const pages = Math.max(1, Math.ceil(found / PAGE_SIZE));
  // The last account of a page may just have been disconnected.
  const page = Math.min(filter.page, pages);
  const skip = (page - 1) * PAGE_SIZE;
  const connections = await searchAccounts(runtime, person, filter, {
    ...{ skip, size: PAGE_SIZE },
    order: "attention-first",
  });
  const available = new Set(runtime.platforms.availablePlatforms().map(({ name }) => name));
  const restoration = person.role === "operator" ? await findLastRestoration(runtime) : undefined;
  return show(
    c,
    <Layout title={say("Accounts")} person={person} current="accounts" address={ACCOUNTS}>
      <h1>
        <T>Accounts</T>
      </h1>
      <Notice good={good} bad={bad} />
      {restoration !== undefined && <RestoredNotice restoration={restoration} zone={person.timeZone} />}
      <details class="more">
        <summary>
          <T>Connect another account</T>
        </summary>
        <ConnectLinks platforms={[...available]} returnTo={ACCOUNTS} />
      </details>
      <AccountList
        filter={{ ...filter, page }}
        {...{ networks, connections, pages, available }}
        now={runtime.now()}
      />
      <GroupList groups={groups} />
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

/** All networks, and those of the person's accounts that are no longer supported. */
function withFormer(connections: readonly Connection[]): PlatformName[] {
  return [...new Set([...platformNames, ...connections.map(({ platform }) => platform)])];
}

function PlatformCard({ platform, connections, missing, isOperator, notice, now }: PlatformCardProps) {
  const { label, summary, isFormer = false } = aboutPlatform(platform);
  const isAvailable = missing.length === 0 && !isFormer;
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
            <li>
              <ConnectedAccount connection={connection} isAvailable={isAvailable} now={now} here={ACCOUNTS} />
            </li>
          ))}
        </ul>
      )}
      {isAvailable ? (
        <a
          class={connections.length === 0 ? "button primary" : "button"}
          href={connectPath(platform, ACCOUNTS)}
        >
          <Sign name="plus" />
          {connections.length === 0 ? <T>Connect</T> : <T>Connect another</T>}
          <span class="unseen">{` ${label}`}</span>
        </a>
      ) : (
        !isFormer && <NotAvailable platform={platform} missing={isOperator ? missing : []} />
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
