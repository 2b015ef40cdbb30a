/** The filter of the accounts page, read from and written to its query parameters. */
import { z } from "zod";
import { type AccountSearch, accountStates } from "../../connections/account-search.ts";
import { platformNames } from "../../platforms/platform.ts";
import { searchPage, searchWords } from "../share/picker/selection-fields.ts";

export const ACCOUNTS = "/social/";

const shape = z.object({
  q: searchWords.optional(),
  network: z.enum(platformNames).optional().catch(undefined),
  state: z.enum(accountStates).optional().catch(undefined),
  page: searchPage.catch(1),
});

export interface AccountFilter extends AccountSearch {
  readonly page: number;
}

/** Ignores parameters that it cannot parse. */
export function readAccountFilter(query: Readonly<Record<string, string>>): AccountFilter {
  const { q, network, state, page } = shape.parse(query);
  return { words: q ?? "", platform: network, state, page };
}

/** The path of the accounts page with this filter. */
export function accountsPath({ words = "", platform, state, page }: AccountFilter): string {
  const set = { q: words, network: platform ?? "", state: state ?? "", page: page === 1 ? "" : String(page) };
  const query = new URLSearchParams(Object.entries(set).filter(([, value]) => value !== "")).toString();
  return query === "" ? ACCOUNTS : `${ACCOUNTS}?${query}`;
}
