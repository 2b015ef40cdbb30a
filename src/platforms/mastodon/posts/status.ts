/** A post as a Mastodon server describes it (docs/networks/mastodon.md, section 4). */
import { z } from "zod";
import type { Account, ShareResult, Tokens } from "../../platform.ts";
import { toWebAddress, webAddress } from "../../posts/web-address.ts";

/** The account whose list is read, and its token. */
export interface Owner {
  readonly account: Account;
  readonly tokens: Tokens;
}

const statusAddress = webAddress.nullish().catch(undefined);

export const statusShape = z.object({
  // Numbers beyond JavaScript's safe integers are not ids.
  id: z.union([z.string(), z.int().transform(String)]).pipe(z.string().min(1)),
  url: statusAddress,
  uri: statusAddress,
});

export type Status = z.infer<typeof statusShape>;

export function toResult(status: Status, origin: string): ShareResult {
  return { platformPostId: status.id, url: status.url ?? status.uri ?? toWebAddress(origin) };
}
