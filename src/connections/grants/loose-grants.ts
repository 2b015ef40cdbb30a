/**
 * Grants that no connection holds: written down before anything else is done with them, and in the transaction that
 * throws them away, so that no process that dies leaves one alive at its network unknown to us.
 */
import { and, eq, gt } from "drizzle-orm";
import type { Queryable } from "../../database/open.ts";
import { looseGrants } from "../../database/schema.ts";
import type { OAuthResult, PlatformName, Tokens } from "../../platforms/platform.ts";
import type { ConnectionRow } from "../connection.ts";
import { seal, type TokensRuntime } from "../tokens.ts";

export type LooseGrant = typeof looseGrants.$inferSelect;

/** So long whoever throws a grant away has the ending of it in hand: then others take it over. */
const IN_HAND_MS = 60_000;

/** In one statement. */
const BATCH = 1_000;

/** The account that it lets us in to, as far as it is known. */
type Granting = Pick<OAuthResult["account"], "extra" | "grantedBy"> & { readonly id?: string };

/**
 * Keeps what a network just granted until it becomes a connection. Else it is ended there.
 * @returns its id
 */
export async function holdGrant(
  { database, vault, now }: TokensRuntime,
  { person, platform }: { readonly person: { readonly id: string }; readonly platform: PlatformName },
  { account, tokens }: { readonly account: Granting; readonly tokens: Tokens },
  until: Date,
): Promise<string> {
  const [row] = await database
    .insert(looseGrants)
    .values({
      ...{ userId: person.id, platform, platformUserId: account.id ?? "", extraData: account.extra },
      grantedBy: account.grantedBy ?? null,
      ...seal(vault, tokens),
      ...{ isHeld: true, dueAt: until, createdAt: now() },
    })
    .returning({ id: looseGrants.id });
  if (row === undefined) throw new Error("The grant was not kept.");
  return row.id;
}

/** By which account, once that is known. */
export async function nameHeldGrant(
  { database }: Pick<TokensRuntime, "database">,
  grantId: string,
  { id, extra, grantedBy }: OAuthResult["account"],
): Promise<void> {
  await database
    .update(looseGrants)
    .set({ platformUserId: id, extraData: extra, grantedBy: grantedBy ?? null })
    .where(eq(looseGrants.id, grantId));
}

/**
 * Whether it may become a connection in this transaction, which then removes it; nobody ends it meanwhile.
 * @returns false: it has ended, or is about to
 */
export async function lockHold(
  transaction: Queryable,
  { now }: Pick<TokensRuntime, "now">,
  grantId: string,
): Promise<boolean> {
  const held = await transaction
    .select({ id: looseGrants.id })
    .from(looseGrants)
    .where(and(eq(looseGrants.id, grantId), isHeld(now())))
    .for("update");
  return held.length > 0;
}

export async function removeHold(transaction: Queryable, grantId: string): Promise<void> {
  await transaction.delete(looseGrants).where(eq(looseGrants.id, grantId));
}

/** Nobody wants it any more: it is ended at its network soon. */
export async function dropHold(
  transaction: Queryable,
  { now }: Pick<TokensRuntime, "now">,
  of: { readonly grantId: string } | { readonly userId: string },
): Promise<void> {
  const which = "grantId" in of ? eq(looseGrants.id, of.grantId) : eq(looseGrants.userId, of.userId);
  await transaction
    .update(looseGrants)
    .set({ isHeld: false, dueAt: now() })
    .where(and(which, eq(looseGrants.isHeld, true)));
}

export const isHeld = (now: Date) => and(eq(looseGrants.isHeld, true), gt(looseGrants.dueAt, now));

/**
 * What connections held whose tokens are wiped or replaced in this transaction. Whoever does it ends them afterwards
 * (`endGrant`); where that process dies, others do.
 */
export async function throwAway(
  transaction: Queryable,
  { now }: Pick<TokensRuntime, "now">,
  rows: readonly ConnectionRow[],
): Promise<LooseGrant[]> {
  const values = rows.flatMap(({ accessTokenEnc, refreshTokenEnc, ownerTokenEnc, ...row }) =>
    accessTokenEnc === null
      ? []
      : {
          ...{ userId: row.userId, connectionId: row.id, platform: row.platform },
          ...{ platformUserId: row.platformUserId, extraData: row.extraData, grantedBy: row.grantedBy },
          ...{ accessTokenEnc, refreshTokenEnc, ownerTokenEnc },
          ...{ isHeld: false, tries: 1, createdAt: now(), dueAt: new Date(now().getTime() + IN_HAND_MS) },
        },
  );
  const thrown: LooseGrant[] = [];
  for (let start = 0; start < values.length; start += BATCH)
    thrown.push(
      ...(await transaction
        .insert(looseGrants)
        .values(values.slice(start, start + BATCH))
        .returning()),
    );
  return thrown;
}
