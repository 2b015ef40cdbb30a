/** Describes the accounts that a search found, as far as it matters for choosing them. */
import type { Connection } from "../../../connections/connection.ts";
import { type FullSelection, listWhole, namesMany, type Usable } from "../../../connections/selection.ts";
import { type EarlierShare, findEarlierShares } from "../../../sharing/requests/earlier.ts";
import { isChoosable } from "../../../sharing/requests/usable.ts";
import type { WebContext } from "../../guards/context.ts";
import type { Subject } from "../measure.ts";

export interface Found {
  readonly connection: Connection;
  readonly isUsable: boolean;
  /** Chosen as part of a group, a request or a search. */
  readonly isInWhole: boolean;
  readonly earlier: EarlierShare | undefined;
}

interface Describing {
  readonly selection: FullSelection;
  readonly subject: Subject | undefined;
  readonly usable: Usable | undefined;
}

/** Returns the found accounts in the order of `rows`. */
export async function describeFound(
  c: WebContext,
  rows: readonly Connection[],
  { selection, subject, usable }: Describing,
): Promise<Found[]> {
  const { runtime, person } = c.var;
  const ids = rows.map(({ id }) => id);
  const none: readonly string[] = [];
  const [inWhole, waiting, earlier] = await Promise.all([
    namesMany(selection) ? listWhole(runtime, person, selection, ids) : none,
    subject?.waitingFor === undefined
      ? none
      : listWhole(runtime, person, { connectionIds: [], requestIds: [subject.waitingFor] }, ids),
    subject === undefined || subject.waitingFor !== undefined
      ? new Map<string, EarlierShare>()
      : findEarlierShares(runtime, person, subject.page, ids),
  ]);
  return rows.map((connection) => ({
    connection,
    isInWhole: inWhole.includes(connection.id),
    isUsable: usable === undefined || isChoosable(connection, { platforms: usable.platforms, waiting }),
    earlier: earlier.get(connection.id),
  }));
}
