/** Ticks the accounts of a chip that was pressed without JavaScript, on a page that lists a few accounts. */
import { isChoosable } from "../../../sharing/requests/usable.ts";
import { findUsable } from "../../../sharing/requests/weigh.ts";
import type { WebContext } from "../../guards/context.ts";
import type { Subject } from "../measure.ts";
import type { FewAccounts } from "../share-accounts.tsx";
import type { Draft } from "../share-draft.tsx";
import { applyToggle } from "./toggle-chips.tsx";

/**
 * Returns the draft with the accounts that are ticked after that.
 * @param waiting ids of accounts that can be chosen even if they need reconnecting
 */
export async function toggleFew(
  c: WebContext,
  { connections, groups }: FewAccounts,
  { hasPicture }: Subject,
  draft: Draft,
  waiting: readonly string[] = [],
): Promise<Draft> {
  const platforms = findUsable(c.var.runtime.platforms, hasPicture);
  const all = connections
    .filter((connection) => isChoosable(connection, { platforms, waiting }))
    .map(({ id }) => id);
  const body = await c.req.parseBody({ all: true });
  return { ...draft, connectionIds: applyToggle(body, draft.connectionIds, { all, groups }) };
}
