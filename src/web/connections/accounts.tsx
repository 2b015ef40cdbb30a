/** The accounts page: connected accounts, and networks where more can be connected. */
import { countAccounts, searchAccounts } from "../../connections/account-search.ts";
import { type Connection, listConnections } from "../../connections/connection.ts";
import { listGroupSizes, listGroups } from "../../connections/groups.ts";
import { type PlatformName, platformNames } from "../../platforms/platform.ts";
import { findLastRestoration } from "../../sharing/delivery/restored.ts";
import { say, type Told } from "../../words/words.ts";
import { RestoredNotice } from "../admin/restored.tsx";
import { Banner } from "../frame/banner.tsx";
import { readNews, takeFlash } from "../frame/flash.ts";
import { Layout } from "../frame/layout.tsx";
import { show } from "../frame/show.tsx";
import { T } from "../frame/words.tsx";
import type { WebContext } from "../guards/context.ts";
import { FEW } from "../share/measure.ts";
import { ACCOUNTS, readAccountFilter } from "./account-filter.ts";
import { AccountList } from "./account-list.tsx";
import { ConnectLinks, listConnectOptions, setUpLast } from "./connect-links.tsx";
import { GroupList, Groups } from "./groups/account-groups.tsx";
import type { RefusedGroup } from "./groups/group-form.tsx";
import { findNotice, NetworkCard } from "./network-card.tsx";

/** Accounts per page, for people with many. */
const PAGE_SIZE = 25;

/** GET /: redirects to the accounts page. */
export function showHome(c: WebContext) {
  return c.redirect(ACCOUNTS);
}

/** GET /social/: the person's accounts. */
export async function showAccounts(c: WebContext) {
  return await renderAccounts(c, { good: takeFlash(c), bad: readNews(c, news) });
}

const news: Readonly<Record<string, Told>> = {
  "not-connected": say(
    "Nothing was connected: the network sent you back to a browser where you were not signed in. Press Connect again, and stay in this browser until you return.",
  ),
};

interface AccountsNews {
  readonly good?: Told | undefined;
  readonly bad?: Told | undefined;
  readonly group?: RefusedGroup;
}

/** Whether the person's accounts fit on one page without a search. */
export async function hasFewAccounts({ var: { runtime, person } }: WebContext): Promise<boolean> {
  return (await listConnections(runtime, person, FEW + 1)).length <= FEW;
}

/** Renders the accounts page, with a message or a refused group. */
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
      <Banner good={good} bad={bad} />
      {restoration !== undefined && <RestoredNotice restoration={restoration} zone={person.timeZone} />}
      {connections.length === 0 && (
        <p class="lead">
          <T>Connect an account, then press Share on any page of your sites.</T>
        </p>
      )}
      <div class="platforms">
        {setUpLast(runtime.platforms, withFormer(connections)).map((platform) => (
          <NetworkCard
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
  // The last account on a page may have just been disconnected.
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
      <Banner good={good} bad={bad} />
      {restoration !== undefined && <RestoredNotice restoration={restoration} zone={person.timeZone} />}
      <details class="more">
        <summary>
          <T>Connect another account</T>
        </summary>
        <ConnectLinks options={listConnectOptions(runtime.platforms)} returnTo={ACCOUNTS} />
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

/** All networks, followed by those of the person's accounts that are no longer supported. */
function withFormer(connections: readonly Connection[]): PlatformName[] {
  return [...new Set([...platformNames, ...connections.map(({ platform }) => platform)])];
}
