/** Stores one account that a person just authorized. */
import { eq } from "drizzle-orm";
import type { Queryable } from "../../database/open.ts";
import { socialConnections, users } from "../../database/schema.ts";
import { recordEvent } from "../../people/audit.ts";
import type { OAuthResult, PlatformName, SocialPlatform } from "../../platforms/platform.ts";
import { say, type Told } from "../../words/words.ts";
import { toAccountColumns } from "../columns/account-columns.ts";
import { type Connection, type ConnectionRow, handleOf, toConnection } from "../connection.ts";
import { sealTokens } from "../keys/seal.ts";
import type { TokensRuntime } from "../tokens.ts";

interface Authorised {
  readonly person: { readonly id: string };
  readonly platform: PlatformName;
  /** When the person authorized us. */
  readonly authorisedAt: Date;
  readonly ipAddress?: string | undefined;
  /** The account and its tokens. */
  readonly result: OAuthResult;
  /** The rows of this account, and perhaps of others, locked. */
  readonly known: readonly ConnectionRow[];
}

/**
 * Stores the account as a new connection, or in the row that it had before.
 * @returns the connection with the row whose grant it replaced, or why the account was not connected
 * @throws {Error} any failure of the database
 */
export async function saveAccount(
  runtime: TokensRuntime,
  transaction: Queryable,
  { person, platform: name, result, known, authorisedAt, ipAddress }: Authorised,
): Promise<{ connection: Connection; replaced: ConnectionRow[] } | { problem: Told }> {
  const { account, tokens } = result;
  const platform = runtime.platforms.getPlatform(name);
  const rows = known.filter(({ platformUserId }) => platformUserId === account.id);
  const current = rows.find(({ revokedAt }) => revokedAt === null);
  if (current !== undefined && current.userId !== person.id) {
    const owner = await nameOf(transaction, current.userId);
    return {
      problem: say(
        "{account} is already connected by {owner}. Only one person can connect an account: ask them to disconnect it first.",
        { account: handleOf(account), owner },
      ),
    };
  }
  const [before = current] = current
    ? []
    : rows.toSorted((a, b) => Number(b.updatedAt) - Number(a.updatedAt));
  const values = {
    userId: person.id,
    platform: name,
    ...toAccountColumns(account),
    ...sealTokens(runtime, tokens, platform.about),
    status: "active" as const,
    errorCode: null,
    errorMessage: null,
    errorTold: null,
    lastVerifiedAt: runtime.now(),
    authorisedAt,
    activeSince: runtime.now(),
    updatedAt: runtime.now(),
    revokedAt: null,
  };
  const [row] =
    before === undefined
      ? await transaction.insert(socialConnections).values(values).returning()
      : await transaction
          .update(socialConnections)
          .set(values)
          .where(eq(socialConnections.id, before.id))
          .returning();
  if (row === undefined) throw new Error("The connection vanished while it was saved.");
  const action = current === undefined ? "connection.created" : "connection.renewed";
  await recordEvent(transaction, { userId: person.id, action, subject: row.id, ipAddress });
  const isReplaced = current !== undefined && !isSameGrant(runtime, platform, current, result);
  return { connection: toConnection(row), replaced: isReplaced ? [current] : [] };
}

/** Whether the new tokens belong to the grant that we had, and not to a second one beside it. */
function isSameGrant(
  { vault }: TokensRuntime,
  platform: SocialPlatform,
  { accessTokenEnc, ...row }: ConnectionRow,
  { account, tokens }: OAuthResult,
): boolean {
  const whole = platform.grantOf(account);
  if (whole !== undefined && platform.tokensEndTogether)
    return whole === platform.grantOf(toConnection({ accessTokenEnc, ...row }).account);
  return (
    accessTokenEnc !== null &&
    vault.canOpen(accessTokenEnc) &&
    vault.decrypt(accessTokenEnc) === tokens.accessToken
  );
}

async function nameOf(transaction: Queryable, userId: string): Promise<string> {
  const [row] = await transaction.select({ name: users.name }).from(users).where(eq(users.id, userId));
  return row?.name ?? "another person";
}
