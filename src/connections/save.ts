/** Stores an account that a person just authorised: new, renewed, or back after a disconnect with its history. */
import { and, desc, eq, isNull } from "drizzle-orm";
import type { Queryable } from "../database/open.ts";
import { socialConnections, users } from "../database/schema.ts";
import { recordEvent } from "../people/audit.ts";
import type { OAuthResult, PlatformName } from "../platforms/platform.ts";
import { say, type Told } from "../words/words.ts";
import { type Connection, type ConnectionRow, handleOf, toConnection } from "./connection.ts";
import { sealTokens, type TokensRuntime } from "./tokens.ts";

interface Authorised {
  readonly person: { readonly id: string };
  readonly platform: PlatformName;
  readonly result: OAuthResult;
  readonly ipAddress?: string | undefined;
}

/** @returns the connection, or whose the account is now */
export async function saveConnection(
  runtime: TokensRuntime,
  { person, platform, result, ipAddress }: Authorised,
): Promise<{ connection: Connection } | { problem: Told }> {
  const { account, tokens } = result;
  const { about } = runtime.platforms.getPlatform(platform);
  return await runtime.database.transaction(async (transaction) => {
    const current = await findCurrent(transaction, platform, account.id);
    if (current !== undefined && current.userId !== person.id) {
      const owner = await nameOf(transaction, current.userId);
      return {
        problem: say(
          "{account} is connected by {owner} already. One person at a time can hold an account: ask them to disconnect it first.",
          { account: handleOf(account), owner },
        ),
      };
    }
    const known = current ?? (await findRevoked(transaction, { person, platform, accountId: account.id }));
    const values = {
      userId: person.id,
      platform,
      platformUserId: account.id,
      platformUsername: account.username,
      displayName: account.displayName,
      avatarUrl: account.avatarUrl ?? null,
      extraData: account.extra,
      grantedBy: account.grantedBy ?? null,
      ...sealTokens(runtime, tokens, about),
      status: "active" as const,
      errorCode: null,
      errorMessage: null,
      errorTold: null,
      lastVerifiedAt: runtime.now(),
      updatedAt: runtime.now(),
      revokedAt: null,
    };
    const [row] =
      known === undefined
        ? await transaction.insert(socialConnections).values(values).returning()
        : await transaction
            .update(socialConnections)
            .set(values)
            .where(eq(socialConnections.id, known.id))
            .returning();
    if (row === undefined) throw new Error("The connection vanished while it was saved.");
    const action = current === undefined ? "connection.created" : "connection.renewed";
    await recordEvent(transaction, { userId: person.id, action, subject: row.id, ipAddress });
    return { connection: toConnection(row) };
  });
}

async function findCurrent(
  transaction: Queryable,
  platform: PlatformName,
  accountId: string,
): Promise<ConnectionRow | undefined> {
  const [row] = await transaction
    .select()
    .from(socialConnections)
    .where(
      and(
        eq(socialConnections.platform, platform),
        eq(socialConnections.platformUserId, accountId),
        isNull(socialConnections.revokedAt),
      ),
    )
    .for("no key update");
  return row;
}

async function findRevoked(
  transaction: Queryable,
  { person, platform, accountId }: { person: { id: string }; platform: PlatformName; accountId: string },
): Promise<ConnectionRow | undefined> {
  const [row] = await transaction
    .select()
    .from(socialConnections)
    .where(
      and(
        eq(socialConnections.userId, person.id),
        eq(socialConnections.platform, platform),
        eq(socialConnections.platformUserId, accountId),
      ),
    )
    .orderBy(desc(socialConnections.updatedAt))
    .limit(1)
    .for("no key update");
  return row;
}

async function nameOf(transaction: Queryable, userId: string): Promise<string> {
  const [row] = await transaction.select({ name: users.name }).from(users).where(eq(users.id, userId));
  return row?.name ?? "another person";
}
