/** The accounts on the share page: a list of a few, or a picker for many. */
import { type Connection, listConnections } from "../../connections/connection.ts";
import { type AccountGroup, listGroups } from "../../connections/groups.ts";
import type { PlatformName } from "../../platforms/platform.ts";
import { type EarlierShare, findEarlierShares } from "../../sharing/requests/earlier.ts";
import { findLastChoice, findLastRequest } from "../../sharing/requests/last-choice.ts";
import { type DraftProblem, findUsable } from "../../sharing/requests/weigh.ts";
import { say } from "../../words/words.ts";
import { listConnectOptions } from "../connections/connect-links.tsx";
import { ConnectPanel } from "../connections/connect-panel.tsx";
import type { WebContext } from "../guards/context.ts";
import { FEW, type Subject } from "./measure.ts";
import { targetsAmong, targetsOf } from "./message/own-messages.tsx";
import { AccountChips } from "./picker/account-chips.tsx";
import { AccountPicker } from "./picker/account-picker.tsx";
import { loadPicker, type Picker } from "./picker/picker.ts";
import { mergeProblems } from "./problems.ts";
import type { Draft } from "./share-draft.tsx";

/** Where the form is posted to as it is, to show more or other accounts. */
export const SHARE_FIND = "/social/share/accounts/";

/** All accounts of a person who has few, with what the page shows about them. */
export interface FewAccounts {
  readonly connections: readonly Connection[];
  readonly earlier: ReadonlyMap<string, EarlierShare>;
  readonly groups: readonly AccountGroup[];
}

/** Returns the person's accounts, or undefined where there are too many to list. */
export async function findFew(
  { var: { runtime, person } }: WebContext,
  { page }: Subject,
): Promise<FewAccounts | undefined> {
  const connections = await listConnections(runtime, person, FEW + 1);
  if (connections.length > FEW) return undefined;
  const [earlier, groups] = await Promise.all([
    findEarlierShares(runtime, person, page),
    listGroups(runtime, person),
  ]);
  return { connections, earlier, groups };
}

/** Returns the first choice: the group in the address, else the last one, without accounts that have the page already. */
export async function chooseFirst(
  { var: { runtime, person } }: WebContext,
  few: FewAccounts | undefined,
  groupId: string | undefined,
): Promise<Partial<Draft>> {
  if (few === undefined) {
    if (groupId !== undefined) return { groupIds: [groupId], earlier: "leave-out" };
    const last = await findLastRequest(runtime, person);
    return { requestIds: last === undefined ? [] : [last], earlier: "leave-out" };
  }
  const asked = few.groups.find(({ id }) => id === groupId);
  const chosen = asked?.connectionIds ?? (await findLastChoice(runtime, person));
  return { connectionIds: chosen.filter((id) => !few.earlier.has(id)) };
}

export async function loadSharePicker(c: WebContext, subject: Subject, draft: Draft): Promise<Picker> {
  return await loadPicker(c, {
    ...{ selection: draft, find: draft.find, subject, written: Object.keys(draft.ownMessages) },
    offered: await findLastRequest(c.var.runtime, c.var.person),
  });
}

interface ShareAccountsProps {
  readonly c: WebContext;
  readonly accounts: FewAccounts | Picker;
  readonly available: ReadonlySet<PlatformName>;
  readonly draft: Draft;
  readonly problems?: readonly DraftProblem[];
  /** The connection whose chip gets the focus. */
  readonly focusOn?: string | undefined;
  readonly hasPicture: boolean;
  /** Somebody has just come back from connecting an account. */
  readonly isConnecting?: boolean;
  /** The path of this share page, to return to. */
  readonly here: string;
}

export function isPicker(accounts: FewAccounts | Picker): accounts is Picker {
  return "networks" in accounts;
}

export function ShareAccounts(props: ShareAccountsProps) {
  const { accounts, available, draft, problems = [], hasPicture, here } = props;
  const { runtime, person } = props.c.var;
  const prices = runtime.settings.current().postPrices ?? {};
  if (isPicker(accounts))
    return (
      <AccountPicker
        picker={accounts}
        legend={say("Share to")}
        findAt={SHARE_FIND}
        here={here}
        requestLabel={say("Same accounts as last time")}
        zone={person.timeZone}
        earlier={draft.earlier}
        prices={prices}
        problems={mergeProblems(problems)}
      />
    );
  return (
    <AccountChips
      connections={accounts.connections}
      groups={accounts.groups}
      available={available}
      usable={findUsable(runtime.platforms, hasPicture)}
      chosen={draft.connectionIds}
      earlier={accounts.earlier}
      problems={problems}
      focusOn={props.focusOn}
      hasPicture={hasPicture}
      now={runtime.now()}
      zone={person.timeZone}
      here={here}
      findAt={SHARE_FIND}
      prices={prices}
    >
      <ConnectPanel
        options={listConnectOptions(runtime.platforms)}
        returnTo={here}
        isOpen={props.isConnecting === true}
      />
    </AccountChips>
  );
}

/** Returns the accounts and networks that can have a message of their own. */
export function findMessageTargets(accounts: FewAccounts | Picker, available: ReadonlySet<PlatformName>) {
  const targets = isPicker(accounts) ? targetsAmong(accounts) : targetsOf(accounts.connections);
  return targets.filter(({ platform }) => available.has(platform));
}
