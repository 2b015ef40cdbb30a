/** Loads the data of the account picker: what is chosen, what can be chosen, and what a search finds. */
import {
  type AccountSearch,
  countAccounts,
  findAccounts,
  type NetworkCount,
  searchAccounts,
} from "../../../connections/account-search.ts";
import type { Connection } from "../../../connections/connection.ts";
import { countParts, type PartCount } from "../../../connections/count-selected.ts";
import { type GroupSize, listGroupSizes } from "../../../connections/groups.ts";
import type { FullSelection, Selection, Usable } from "../../../connections/selection.ts";
import { countEarlierShares } from "../../../sharing/requests/earlier.ts";
import { findUsable } from "../../../sharing/requests/weigh.ts";
import type { WebContext } from "../../guards/context.ts";
import type { Subject } from "../measure.ts";
import { describeFound, type Found } from "./found.ts";
import { type Find, packIds } from "./selection-fields.ts";

/** Search results per page. */
const FOUND_SIZE = 25;
/** Individually chosen accounts that are listed by name. */
export const MOST_NAMED = 30;

export interface Picker {
  readonly find: Find;
  readonly selection: FullSelection;
  readonly networks: readonly NetworkCount[];
  /** The number of accounts that are chosen and usable. */
  readonly chosen: number;
  readonly groups: readonly GroupSize[];
  /** Share requests whose accounts can be chosen as a whole. */
  readonly requests: readonly (PartCount & { readonly id: string })[];
  readonly searches: readonly (PartCount & { readonly search: AccountSearch })[];
  /** Individually chosen accounts that the search does not show. */
  readonly named: readonly Connection[];
  /** Further individually chosen accounts, packed into one form value. */
  readonly packed: { readonly value: string; readonly accounts: number };
  /** Individually excluded accounts that the search does not show. */
  readonly without: readonly Connection[];
  /** Accounts with a message of their own. */
  readonly written: readonly Connection[];
  readonly found: readonly Found[];
  readonly foundInAll: number;
  readonly pages: number;
  /** The number of chosen accounts to which the page was shared before. */
  readonly earlier: number;
}

interface Wanted {
  readonly selection: FullSelection;
  readonly find: Find;
  /** Ids of connections with a message of their own. */
  readonly written?: readonly string[];
  /** Absent when a group is edited, which may contain any account. */
  readonly subject?: Subject | undefined;
  /** The id of a request to offer besides the chosen ones. */
  readonly offered?: string | undefined;
}

/** Loads everything that the account picker shows. */
export async function loadPicker(c: WebContext, wanted: Wanted): Promise<Picker> {
  const { runtime, person } = c.var;
  const { selection, find, subject, written = [] } = wanted;
  const usable = subject && {
    platforms: findUsable(runtime.platforms, subject.hasPicture),
    waitingFor: subject.waitingFor,
  };
  const offered = wanted.offered === undefined ? [] : [wanted.offered];
  const requestIds = [...new Set([...offered, ...selection.requestIds])];
  const parts: Selection[] = [
    selection,
    ...requestIds.map((id) => ({ connectionIds: [], requestIds: [id] })),
    ...selection.searches.map((search) => ({ connectionIds: [], searches: [search] })),
  ];
  const named = selection.connectionIds.slice(0, MOST_NAMED);
  const left = selection.without.slice(0, MOST_NAMED);
  const [networks, counts, groups, rows, picked, earlier] = await Promise.all([
    countAccounts(runtime, person, find),
    countChosen(c, parts, usable),
    listGroupSizes(runtime, person, usable),
    searchAccounts(runtime, person, find, {
      ...{ skip: (find.page - 1) * FOUND_SIZE, size: FOUND_SIZE },
      order: "broken-last",
    }),
    findAccounts(runtime, person, [...named, ...left, ...written]),
    countEarlier(c, selection, subject, usable),
  ]);
  const [chosen = { accounts: 0, usable: 0 }, ...counted] = counts;
  const shown = rows.map(({ id }) => id);
  const others = picked.filter(({ id }) => !shown.includes(id));
  const packed = selection.connectionIds.slice(MOST_NAMED).filter((id) => !shown.includes(id));
  const foundInAll = networks.reduce((sum, { found }) => sum + found, 0);
  const found = await describeFound(c, rows, { selection, subject, usable });
  return {
    ...{ find, selection, networks, groups, foundInAll, chosen: chosen.usable },
    requests: requestIds.map((id, index) => ({ id, ...at(counted, index) })),
    searches: selection.searches.map((search, index) => ({
      search,
      ...at(counted, requestIds.length + index),
    })),
    named: others.filter(({ id }) => named.includes(id)),
    packed: { value: packIds(packed), accounts: packed.length },
    written: picked.filter(({ id }) => written.includes(id)),
    without: others.filter(({ id }) => left.includes(id)),
    pages: Math.max(1, Math.ceil(foundInAll / FOUND_SIZE)),
    ...{ found, earlier },
  };
}

function at(counts: readonly PartCount[], index: number): PartCount {
  return counts[index] ?? { accounts: 0, usable: 0 };
}

async function countChosen(c: WebContext, parts: readonly Selection[], usable: Usable | undefined) {
  return await countParts(c.var.runtime, c.var.person, parts, usable);
}

async function countEarlier(
  c: WebContext,
  selection: Selection,
  subject: Subject | undefined,
  usable: Usable | undefined,
): Promise<number> {
  if (subject === undefined || subject.waitingFor !== undefined) return 0;
  const { runtime, person } = c.var;
  return await countEarlierShares(runtime, subject.page, { person, selection, usable });
}
