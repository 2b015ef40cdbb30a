/**
 * Grants that belong to no connection. They are stored before anything else is done with a new grant, and in
 * the transaction that releases an old one, so that a process that dies leaves no live grant that we do not
 * know about.
 */
import { and, eq, gt } from "drizzle-orm";
import type { Queryable } from "../../database/open.ts";
import { looseGrants } from "../../database/schema.ts";
import type { OAuthResult, PlatformName, Tokens } from "../../platforms/platform.ts";
import type { ConnectionRow } from "../connection.ts";
import { seal } from "../keys/seal.ts";
import type { TokensRuntime } from "../tokens.ts";

export type LooseGrant = typeof looseGrants.$inferSelect;

/** How long the process that released a grant has to revoke it; then workers take over. */
const IN_HAND_MS = 60_000;

/** Rows per INSERT. */
const BATCH = 1_000;

/** The account to which a grant gives access, as far as it is known. */
type Granting = Pick<OAuthResult["account"], "extra" | "grantedBy"> & { readonly id?: string };

/**
 * Stores what a network just granted until it becomes a connection. At `until` it is revoked.
 * @returns the grant's id
 * @throws {Error} when it was not stored
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

/** Adds the account to a held grant once it is known. */
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
 * Locks a held grant so that nobody revokes it while this transaction makes a connection of it.
 * @returns false if it was released or is too old
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

/** Removes a held grant that has become a connection. */
export async function removeHold(transaction: Queryable, grantId: string): Promise<void> {
  await transaction.delete(looseGrants).where(eq(looseGrants.id, grantId));
}

/** Releases held grants: a worker revokes them soon. */
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

/** The condition for grants that are held for a connection and not yet due. */
export const isHeld = (now: Date) => and(eq(looseGrants.isHeld, true), gt(looseGrants.dueAt, now));

/**
 * Releases the grants of connections whose tokens are wiped or replaced in this transaction. The caller revokes
 * them afterwards (`endGrant`); if it dies, workers do.
 * @returns the loose grants
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
