/** Which shares of a request its result shows: all of a few, else those that need the person and a page of the rest. */
import { findShare } from "../../../sharing/record/history.ts";
import { listRequestShares, type RequestSummary } from "../../../sharing/record/request-shares.ts";
import type { Share } from "../../../sharing/share.ts";
import type { WebContext } from "../../guards/context.ts";
import type { ResultFields } from "./result-fields.ts";
import type { RefusedLink } from "./unconfirmed.tsx";

/** A result of up to this many shares shows all of them at once, without search or pages. */
export const FEW = 20;
/** Of many shares, so many are shown that need the person, and so many others. */
const NEEDY = 8;
const OTHERS = 20;

interface ShownShares {
  readonly needy: readonly Share[];
  readonly others: readonly Share[];
  /** Where the list goes on; undefined at its end. */
  readonly next: string | undefined;
}

/** Returns the shares to show, with one whose link was refused first. */
export async function findShares(
  c: WebContext,
  request: RequestSummary,
  fields: ResultFields,
  refusedLink: RefusedLink | undefined,
): Promise<ShownShares> {
  const { runtime, person } = c.var;
  if (request.tally.total <= FEW) {
    const { shares } = await listRequestShares(runtime, request, {}, { size: FEW });
    return { needy: [], others: shares, next: undefined };
  }
  const { after, ...filter } = fields;
  if (Object.values(filter).some((value) => value !== undefined)) {
    const { shares, next } = await listRequestShares(runtime, request, filter, { after, size: OTHERS });
    return { needy: [], others: shares, next };
  }
  const [troubled, rest, refused] = await Promise.all([
    after === undefined
      ? listRequestShares(runtime, request, { standing: "trouble" }, { size: NEEDY })
      : { shares: [] },
    listRequestShares(runtime, request, { except: "trouble" }, { after, size: OTHERS }),
    refusedLink && findShare(runtime, person, refusedLink.shareId),
  ]);
  const needy = troubled.shares.filter(({ id }) => id !== refused?.id);
  return { needy: refused === undefined ? needy : [refused, ...needy], others: rest.shares, next: rest.next };
}
