/** Finds the connections that a network's call is about. */
import { createHash } from "node:crypto";
import { and, asc, eq, inArray, lt, or } from "drizzle-orm";
import type { Queryable } from "../../database/open.ts";
import { connectionChoices, looseGrants, ownerCalls, socialConnections } from "../../database/schema.ts";
import type { OwnerCall, PlatformName } from "../../platforms/platform.ts";
import type { TokensRuntime } from "../tokens.ts";

/**
 * The call as it came in. Its platform verifies it and says whom it is about: the rows with that person as
 * `granted_by`.
 */
export interface ReceivedCall {
  readonly platform: PlatformName;
  readonly form: Readonly<Record<string, string>>;
}

interface DatedCall extends OwnerCall {
  readonly platform: PlatformName;
  readonly what: "deauthorize" | "delete";
}

/**
 * Locks and returns the connections that a call is about: those authorized by the person, and the one of the
 * account itself, since some networks do not document which of the two ids they send. Connections authorized
 * after the call are left out; networks send whole seconds, so the whole second counts, but a repeated call
 * ends nothing newer than its first arrival. Grants of unfinished flows and choices are deleted: they are
 * revoked already.
 */
export async function findAffected(runtime: TokensRuntime, transaction: Queryable, call: DatedCall) {
  const { owner, platform, issuedAt } = call;
  const before = new Date(
    Math.min(issuedAt.getTime() + 1_000, (await noteCall(runtime, transaction, call)).getTime()),
  );
  const accountId = owner.slice(owner.indexOf(":") + 1);
  const isOf = (table: typeof socialConnections | typeof looseGrants) =>
    or(eq(table.grantedBy, owner), and(eq(table.platform, platform), eq(table.platformUserId, accountId)));
  const known = await transaction
    .select({
      ...{ id: socialConnections.id, userId: socialConnections.userId },
      revokedAt: socialConnections.revokedAt,
    })
    .from(socialConnections)
    .where(and(isOf(socialConnections), lt(socialConnections.authorisedAt, before)))
    .orderBy(asc(socialConnections.id))
    .for("no key update");
  const ended = await transaction
    .delete(looseGrants)
    .where(and(isOf(looseGrants), lt(looseGrants.createdAt, before)))
    .returning({ id: looseGrants.id });
  const ids = ended.map(({ id }) => id);
  await transaction.delete(connectionChoices).where(inArray(connectionChoices.grantId, ids));
  return known;
}

/** Longer than a call is accepted (platforms/meta/signed-request.ts). */
const REMEMBERED_MS = 7_200_000;

/** Records a call. @returns when it first came in; the second of two at once waits for the first */
async function noteCall(
  { now }: TokensRuntime,
  transaction: Queryable,
  { owner, platform, issuedAt, what }: DatedCall,
): Promise<Date> {
  await transaction
    .delete(ownerCalls)
    .where(lt(ownerCalls.handledAt, new Date(now().getTime() - REMEMBERED_MS)));
  const callHash = createHash("sha256")
    .update(JSON.stringify([platform, what, owner, issuedAt]))
    .digest("hex");
  await transaction.insert(ownerCalls).values({ callHash, handledAt: now() }).onConflictDoNothing();
  const [first] = await transaction
    .select({ handledAt: ownerCalls.handledAt })
    .from(ownerCalls)
    .where(eq(ownerCalls.callHash, callHash));
  return first?.handledAt ?? now();
}

/** Verifies a call. @returns whom it is about; undefined when the signature is not valid */
export function readOwner(
  { platforms }: TokensRuntime,
  { platform, form }: ReceivedCall,
): OwnerCall | undefined {
  const found = platforms.availablePlatforms().find(({ name }) => name === platform);
  return found?.readOwnerCall?.(form);
}
