/** The form fields for the chosen accounts and the account search. */
import { z } from "zod";
import type { AccountSearch } from "../../../connections/account-search.ts";
import type { FullSelection } from "../../../connections/selection.ts";
import { type PlatformName, platformNames } from "../../../platforms/platform.ts";

/** The search and page that the list of accounts shows. */
export interface Find {
  readonly words: string;
  readonly platform: PlatformName | undefined;
  /** Counted from 1. */
  readonly page: number;
}

/** The first page of all accounts. */
export const findAll: Find = { words: "", platform: undefined, page: 1 };

const LONGEST_WORDS = 100;

const list = z
  .unknown()
  .default([])
  .transform((values) => [values].flat().filter((value) => typeof value === "string"));
const ids = list.transform((values) => [
  ...new Set(values.filter((value) => z.uuid().safeParse(value).success)),
]);
const platform = z
  .literal("")
  .transform(() => undefined)
  .or(z.enum(platformNames).optional());
export const searchWords = z.string().trim().max(LONGEST_WORDS).catch("");
export const searchPage = z.coerce.number().int().min(1).max(1_000);

const shape = z.object({
  account: ids,
  accounts: list.transform((values) => values.flatMap(unpackIds)),
  group: ids,
  as: ids,
  all: list.transform((values) => values.flatMap(readSearch)),
  without: ids,
  find: searchWords,
  network: platform.catch(undefined),
  page: z.string().max(1_000).catch(""),
  turn: searchPage.optional().catch(undefined),
});

const searchShape = z.object({ words: z.string().trim().max(LONGEST_WORDS), network: platform });

/** Reads the fields. Ignores values that are not valid. @param body a parsed form or query */
export function readSelection(body: Readonly<Record<string, unknown>>): FullSelection & { find: Find } {
  const fields = shape.parse(body);
  return {
    connectionIds: [...new Set([...fields.account, ...fields.accounts])],
    groupIds: fields.group,
    requestIds: fields.as,
    searches: fields.all,
    without: fields.without,
    find: readFind(fields),
  };
}

/** A changed search starts on its first page. */
function readFind({ find, network, page, turn }: z.infer<typeof shape>): Find {
  const shown = { words: find, platform: network, page: 1 };
  if (turn !== undefined) return { ...shown, page: turn };
  const last = searchPage.safeParse(/^\d+/.exec(page)?.[0]);
  const isSame = last.success && page === writePage({ ...shown, page: last.data });
  return isSame ? { ...shown, page: last.data } : shown;
}

/** Returns the form value for the shown page and its search. */
export function writePage(find: Find): string {
  return `${find.page} ${writeSearch(find)}`;
}

/** Returns the form value that selects everything a search finds. */
export function writeSearch({ words = "", platform: network = undefined }: AccountSearch): string {
  return new URLSearchParams({ words, ...(network === undefined ? {} : { network }) }).toString();
}

/** An invalid search selects nothing, rather than everything. */
function readSearch(value: string): AccountSearch[] {
  const read = searchShape.safeParse(Object.fromEntries(new URLSearchParams(value)));
  return read.success ? [{ words: read.data.words, platform: read.data.network }] : [];
}

const ID_BYTES = 16;
/** More ids than one form can hold individually chosen. */
const MOST_PACKED = 5_000;

/** Packs ids into one form value of about half their size as text. */
export function packIds(connectionIds: readonly string[]): string {
  return Buffer.from(connectionIds.map((id) => id.replaceAll("-", "")).join(""), "hex").toString("base64url");
}

function unpackIds(value: string): string[] {
  const bytes = Buffer.from(value, "base64url");
  const many = Math.min(Math.floor(bytes.length / ID_BYTES), MOST_PACKED);
  return Array.from({ length: many }, (_, index) => {
    const hex = bytes.subarray(index * ID_BYTES, (index + 1) * ID_BYTES).toString("hex");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  });
}
