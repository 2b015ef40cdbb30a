/** Measures how long a draft's text is on each chosen network. */
import { findAccounts } from "../../connections/account-search.ts";
import type { Connection } from "../../connections/connection.ts";
import { groupSelected, type LengthGroup } from "../../connections/count-selected.ts";
import { listSelected, listWhole, namesMany } from "../../connections/selection.ts";
import { findTemplates } from "../../connections/templates.ts";
import type { KnownPage } from "../../pages/known-page.ts";
import type { SharedPage } from "../../pages/page.ts";
import { hasPicture } from "../../sharing/pictures/choice.ts";
import {
  type Fit,
  fitText,
  listCountKeys,
  type NetworkMessages,
  shortenMessage,
} from "../../sharing/requests/compose.ts";
import { LONGEST_MESSAGE } from "../../sharing/requests/message-length.ts";
import { readChosen } from "../../sharing/requests/options.ts";
import { isChoosable } from "../../sharing/requests/usable.ts";
import { findUsable } from "../../sharing/requests/weigh.ts";
import type { WebContext } from "../guards/context.ts";
import type { Draft } from "./share-draft.tsx";

/** Up to this many accounts are shown and measured one by one; more are grouped. */
export const FEW = 20;

/** What the choice of accounts depends on. */
export interface Subject {
  readonly page: SharedPage;
  /** A post would have a picture, or may have one because the page is still being read. */
  readonly hasPicture: boolean;
  /** The scheduled request that is being changed. Its accounts can be chosen even if they need reconnecting. */
  readonly waitingFor?: string | undefined;
}

/** Returns what the choice of accounts depends on, for a page as it is known so far. */
export function subjectOf({ page, problem }: KnownPage, { pictures }: Pick<Draft, "pictures">): Subject {
  const mayStillCome = pictures === undefined && problem === "late";
  return { page, hasPicture: hasPicture(pictures, page) || mayStillCome };
}

/** A measured text, with the number of accounts that it stands for. */
export interface Measured extends Fit {
  readonly accounts: number;
}

/** Cuts messages that are refused for their length anyway, so that measuring them stays cheap. */
function cutToMeasure({ message, ownMessages, networkMessages }: Draft) {
  const cut = (message: string) => message.slice(0, LONGEST_MESSAGE + 1);
  const cutAll = (all: Readonly<Record<string, string>>) =>
    Object.fromEntries(Object.entries(all).map(([name, message]) => [name, cut(message)]));
  return {
    message: cut(message),
    ownMessages: cutAll(ownMessages),
    networkMessages: cutAll(networkMessages) as NetworkMessages,
  };
}

/** Returns measurements for the chosen accounts that can be shared to, sorted by network: one each for a few accounts, else one for all that count alike. */
export async function measureDraft(c: WebContext, subject: Subject, draft: Draft): Promise<Measured[]> {
  const { runtime } = c.var;
  const { pictures } = draft;
  const messages = { ...cutToMeasure(draft), pictures, url: subject.page.url };
  return (await findChosen(c, subject, draft))
    .map(({ connection, accounts, template }) => {
      const options = new Map([[connection.id, readChosen(runtime, connection, draft).values]]);
      const byConnection = new Map(template === undefined ? [] : [[connection.id, template]]);
      const templates = { page: subject.page, byConnection };
      return { ...fitText(runtime, connection, { ...messages, options, templates }), accounts };
    })
    .toSorted((one, other) => byNetwork(one.connection, other.connection));
}

async function findChosen(
  c: WebContext,
  { hasPicture, waitingFor }: Subject,
  draft: Draft,
): Promise<LengthGroup[]> {
  const { runtime, person } = c.var;
  const listSingle = async (connections: readonly Connection[]): Promise<LengthGroup[]> => {
    const templates = await findTemplates(runtime.database, person, connections);
    return connections.map((connection) => ({
      ...{ connection, accounts: 1, template: templates.get(connection.id) },
    }));
  };
  const usable = { platforms: findUsable(runtime.platforms, hasPicture), waitingFor };
  if (!namesMany(draft) && draft.connectionIds.length <= FEW) {
    const connections = await findAccounts(runtime, person, draft.connectionIds);
    const waiting =
      waitingFor === undefined
        ? []
        : await listWhole(
            runtime,
            person,
            { connectionIds: [], requestIds: [waitingFor] },
            draft.connectionIds,
          );
    const chosen = connections
      .filter((one) => isChoosable(one, { platforms: usable.platforms, waiting }))
      .filter(({ id }) => !draft.without.includes(id));
    return await listSingle(chosen);
  }
  const written = Object.keys({ ...draft.ownMessages, ...draft.ownOptions });
  const others = { ...draft, without: [...draft.without, ...written] };
  const [alike, own] = await Promise.all([
    groupSelected(runtime, { person, selection: others, usable }, listCountKeys(runtime)),
    written.length === 0
      ? []
      : listSelected(runtime.database, { person, selection: draft, usable, among: written }, runtime.now()),
  ]);
  return [...alike, ...(await listSingle(own))];
}

function byNetwork(one: Connection, other: Connection): number {
  if (one.platform !== other.platform) return one.platform < other.platform ? -1 : 1;
  return one.createdAt.getTime() - other.createdAt.getTime();
}

export interface Offered {
  readonly fits: readonly Measured[];
  /** The draft with shortened texts in place of those that were too long. */
  readonly draft: Draft;
  /** The connection ids and network names with a shortened text. */
  readonly offered: ReadonlySet<string>;
}

/** Measures a refused draft and shortens the texts that are too long, for the person to check before sending again. */
export async function measureWithOffers(c: WebContext, subject: Subject, draft: Draft): Promise<Offered> {
  const fits = await measureDraft(c, subject, draft);
  const own: Record<string, string> = {};
  const networks: Record<string, string> = {};
  // The smallest limit comes last, so that its text is offered for the whole network.
  const tooLong = fits.filter(({ length, limit }) => length > limit);
  for (const { connection, url, message, accounts, options } of tooLong.toSorted(
    (one, other) => other.limit - one.limit,
  )) {
    const { id, platform } = connection;
    const shortened = shortenMessage(c.var.runtime, connection, {
      ...{ message, url, pictures: draft.pictures },
      options: new Map([[id, options]]),
    });
    if (shortened === "") continue;
    if (accounts === 1) own[id] = shortened;
    else networks[platform] = shortened;
  }
  // What was shortened before stays marked until it goes out.
  const offered = new Set([...Object.keys(own), ...Object.keys(networks), ...draft.cut]);
  if (offered.size === 0) return { fits, draft, offered };
  const shorter = {
    ...draft,
    ownMessages: { ...draft.ownMessages, ...own },
    networkMessages: { ...draft.networkMessages, ...networks },
  };
  return { fits: await measureDraft(c, subject, shorter), draft: shorter, offered };
}
