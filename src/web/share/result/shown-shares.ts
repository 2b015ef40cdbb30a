/** Finds the shares that a result shows: all of a few; of many, those that need attention and a page of the others. */
import { findShare } from "../../../sharing/record/history.ts";
import { listRequestShares, type RequestSummary } from "../../../sharing/record/request-shares.ts";
import type { Share } from "../../../sharing/share.ts";
import type { WebContext } from "../../guards/context.ts";
import type { ResultFields } from "./result-fields.ts";
import type { RefusedLink } from "./unconfirmed.tsx";

/** A result of up to this many shares shows all of them at once, without search or pages. */
export const FEW = 20;
/** How many shares of a large request are shown: those that need attention, and others. */
const TROUBLED = 8;
const OTHERS = 20;

interface ShownShares {
  readonly troubled: readonly Share[];
  readonly others: readonly Share[];
  /** Where the next page starts; undefined on the last one. */
  readonly next: string | undefined;
}

/** Returns the shares to show; one whose post link was refused comes first. */
export async function findShares(
  c: WebContext,
  request: RequestSummary,
  fields: ResultFields,
  refusedLink: RefusedLink | undefined,
): Promise<ShownShares> {
  const { runtime, person } = c.var;
  if (request.tally.total <= FEW) {
    const { shares } = await listRequestShares(runtime, request, {}, { size: FEW });
    return { troubled: [], others: shares, next: undefined };
  }
  const { after, ...filter } = fields;
  if (Object.values(filter).some((value) => value !== undefined)) {
    const { shares, next } = await listRequestShares(runtime, request, filter, { after, size: OTHERS });
    return { troubled: [], others: shares, next };
  }
  const [trouble, rest, refused] = await Promise.all([
    after === undefined
      ? listRequestShares(runtime, request, { standing: "trouble" }, { size: TROUBLED })
      : { shares: [] },
    listRequestShares(runtime, request, { except: "trouble" }, { after, size: OTHERS }),
    refusedLink && findShare(runtime, person, refusedLink.shareId),
  ]);
  const troubled = trouble.shares.filter(({ id }) => id !== refused?.id);
  return {
    troubled: refused === undefined ? troubled : [refused, ...troubled],
    others: rest.shares,
    next: rest.next,
  };
}
