/** The accounts on the share page: a few at a glance, many by picking. */
import { type Connection, listConnections } from "../../connections/connection.ts";
import { type AccountGroup, listGroups } from "../../connections/groups.ts";
import type { PlatformName } from "../../platforms/platform.ts";
import { type EarlierShare, findEarlierShares } from "../../sharing/requests/earlier.ts";
import { findLastChoice, findLastRequest } from "../../sharing/requests/last-choice.ts";
import type { DraftProblem } from "../../sharing/requests/submit.ts";
import { say } from "../../words/words.ts";
import { GroupChoice } from "../connections/groups/account-groups.tsx";
import type { WebContext } from "../guards/context.ts";
import { FEW, type Subject } from "./measure.ts";
import { speakersAmong, speakersOf } from "./own-messages.tsx";
import { AccountChoice } from "./picker/account-choice.tsx";
import { AccountPicker } from "./picker/account-picker.tsx";
import { lookForPicker, type Picker } from "./picker/picker.ts";
import { tellAlike } from "./problems.ts";
import type { Draft } from "./share-draft.tsx";

const SHARE_FIND = "/social/share/accounts/";

/** All accounts with what is to know about them, where they are few. */
export interface FewAccounts {
  readonly connections: readonly Connection[];
  readonly earlier: ReadonlyMap<string, EarlierShare>;
  readonly groups: readonly AccountGroup[];
}

/** Undefined: they are many. */
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

/** What is chosen when the page is opened: a group that was asked for, else as the last time; not where the page is already. */
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

export async function lookForSharing(c: WebContext, subject: Subject, draft: Draft): Promise<Picker> {
  return await lookForPicker(c, {
    ...{ selection: draft, find: draft.find, subject, written: Object.keys(draft.ownMessages) },
    offered: await findLastRequest(c.var.runtime, c.var.person),
  });
}

interface ShareAccountsProps {
  readonly c: WebContext;
  readonly accounts: FewAccounts | Picker;
  readonly available: ReadonlySet<PlatformName>;
  readonly draft: Draft;
  readonly ask?: boolean;
  readonly problems?: readonly DraftProblem[];
  readonly hasPicture: boolean;
  /** This share page. */
  readonly here: string;
}

export function isPicker(accounts: FewAccounts | Picker): accounts is Picker {
  return "networks" in accounts;
}

export function ShareAccounts(props: ShareAccountsProps) {
  const { accounts, available, draft, ask = false, problems = [], hasPicture, here } = props;
  const { runtime, person } = props.c.var;
  const prices = runtime.settings.current().postPrices ?? {};
  if (isPicker(accounts))
    return (
      <AccountPicker
        picker={accounts}
        legend={say("Share to")}
        findAt={SHARE_FIND}
        here={here}
        requestLabel={say("As the last time")}
        zone={person.timeZone}
        earlier={draft.earlier}
        prices={prices}
        problems={tellAlike(problems)}
      />
    );
  return (
    <>
      <GroupChoice groups={accounts.groups} here={here} />
      <AccountChoice
        connections={accounts.connections}
        available={available}
        chosen={draft.connectionIds}
        earlier={accounts.earlier}
        repeat={{ ask, confirmed: draft.repeat }}
        problems={problems}
        hasPicture={hasPicture}
        now={runtime.now()}
        zone={person.timeZone}
        here={here}
        prices={prices}
      />
    </>
  );
}

/** Who may have words of their own. */
export function findSpeakers(accounts: FewAccounts | Picker, available: ReadonlySet<PlatformName>) {
  const speakers = isPicker(accounts) ? speakersAmong(accounts) : speakersOf(accounts.connections);
  return speakers.filter(({ platform }) => available.has(platform));
}
