/** What Bluesky’s code keeps with an account. */
import { z } from "zod";
import type { Account } from "../platform.ts";

const extraShape = z.object({
  /** The origin of the account's server, which may change. */
  server: z.string(),
  /** The origin of its authorization server. */
  issuer: z.string(),
  /** Our client's id, if it is one without a document of ours: on a machine without a public address. */
  loopbackId: z.string().optional(),
  /** Where the store of apps keeps our key, and the key's name: the store removes no key that an account names. */
  origin: z.string().optional(),
  clientId: z.string().optional(),
});
export type Extra = z.infer<typeof extraShape>;

export function readExtra({ extra }: Pick<Account, "extra">): Extra {
  return extraShape.parse(extra);
}
