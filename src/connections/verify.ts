/** Verifies a connection: asks its network whether the tokens still work, and stores the answer. */
import { and, eq, isNull, sql } from "drizzle-orm";
import { transactRepeatedly } from "../database/repeated.ts";
import { socialConnections } from "../database/schema.ts";
import { asTask, callFields } from "../net/task.ts";
import { type Account, PlatformError } from "../platforms/platform.ts";
import { say, type Told } from "../words/words.ts";
import { lockOwner } from "./account-shares.ts";
import { boundAccount } from "./columns/account.ts";
import { toAccountColumns } from "./columns/account-columns.ts";
import type { ConnectionRow } from "./connection.ts";
import { ConnectionGone } from "./keys/connection-gone.ts";
import { type TokensRuntime, withTokens } from "./tokens.ts";

export interface UpkeepRuntime extends TokensRuntime {
  readonly log: {
    info(details: object, message: string): void;
    error(details: object, message: string): void;
  };
}

export type Verification =
  | { readonly outcome: "active" }
  /** The person has to reconnect the account. */
  | { readonly outcome: "reconnect"; readonly problem: Told }
  /** The network could not be asked. */
  | { readonly outcome: "unknown"; readonly problem: Told }
  | { readonly outcome: "not-found" };

/**
 * Verifies a connection at the person's request. A connection that was marked by mistake becomes active again.
 * @returns whether it works, and if not, what the person can do
 */
export async function verifyConnection(
  runtime: UpkeepRuntime,
  person: { readonly id: string },
  connectionId: string,
): Promise<Verification> {
  const [mine] = await runtime.database
    .select({ id: socialConnections.id, network: socialConnections.platform })
    .from(socialConnections)
    .where(and(eq(socialConnections.id, connectionId), eq(socialConnections.userId, person.id)));
  if (mine === undefined) return { outcome: "not-found" };
  const isSetUp = runtime.platforms.availablePlatforms().some(({ name }) => name === mine.network);
  if (!isSetUp) {
    const problem = say("This network is no longer set up here. Ask the operator of this service.");
    return { outcome: "unknown", problem };
  }
  return await asTask({ doing: "verifying", connectionId, network: mine.network }, () =>
    verifyNow(runtime, connectionId),
  );
}

async function verifyNow(runtime: UpkeepRuntime, connectionId: string): Promise<Verification> {
  try {
    await verify(runtime, connectionId, "person");
    return { outcome: "active" };
  } catch (error) {
    if (error instanceof ConnectionGone) return { outcome: "not-found" };
    if (!(error instanceof PlatformError)) throw error;
    tellFailure(runtime, { connectionId, doing: "verifying" }, error);
    const outcome = error.kind === "reconnect-needed" ? "reconnect" : "unknown";
    return { outcome, problem: error.told };
  }
}

/**
 * Verifies a connection and stores the account as the network describes it. The result counts only for the
 * tokens that were used: if they were wiped or replaced meanwhile, the network is asked again.
 * @throws {PlatformError} when the network refuses the tokens or cannot be asked
 * @throws {ConnectionGone} when the connection is disconnected
 */
export async function verify(
  runtime: UpkeepRuntime,
  connectionId: string,
  by: "person" | "upkeep",
): Promise<void> {
  let known: ConnectionRow["status"] | undefined;
  for (;;) {
    const seen = await withTokens(runtime, connectionId, async (connection, tokens, row) => {
      known ??= row.status;
      // If a refresh found the grant ended meanwhile, it knows more than an access token that still works.
      if (row.status !== known) return undefined;
      const platform = runtime.platforms.getPlatform(connection.platform);
      const account = boundAccount(await platform.verifyToken(connection.account, tokens));
      return { account, status: row.status, sealed: row.accessTokenEnc ?? "" };
    });
    if (seen === undefined || (await keepVerified(runtime, connectionId, { ...seen, by }))) return;
  }
}

interface Verified {
  readonly account: Account;
  readonly status: ConnectionRow["status"];
  readonly sealed: string;
  readonly by: "person" | "upkeep";
}

/** Stores the verified account. Shares that waited for it are released in the same transaction if it works again or its person asked. */
async function keepVerified(
  { database, accountShares, now }: UpkeepRuntime,
  connectionId: string,
  { account, status, sealed, by }: Verified,
): Promise<boolean> {
  const isActive = eq(socialConnections.status, "active");
  const { platformUserId: _id, ...described } = toAccountColumns(account);
  return await transactRepeatedly(database, async (transaction) => {
    const releases = status !== "active" || by === "person";
    if (releases) await lockOwner(transaction, connectionId);
    const kept = await transaction
      .update(socialConnections)
      .set({
        ...described,
        status: "active",
        errorCode: null,
        errorMessage: null,
        errorTold: null,
        tellAt: sql`case when ${isActive} then ${socialConnections.tellAt} end`,
        activeSince: sql`case when ${isActive} then ${socialConnections.activeSince} else ${now()}::timestamptz end`,
        lastVerifiedAt: now(),
        updatedAt: now(),
      })
      .where(
        and(
          eq(socialConnections.id, connectionId),
          eq(socialConnections.accessTokenEnc, sealed),
          eq(socialConnections.status, status),
          isNull(socialConnections.revokedAt),
        ),
      )
      .returning({ id: socialConnections.id });
    if (kept.length > 0 && releases) await accountShares.release(transaction, [connectionId], now());
    return kept.length > 0;
  });
}

/** Logs why a connection could not be refreshed or verified. */
export function tellFailure(
  runtime: UpkeepRuntime,
  about: { connectionId: string; doing: string },
  error: unknown,
): void {
  if (error instanceof PlatformError)
    runtime.log.info(
      {
        ...callFields(),
        ...about,
        kind: error.kind,
        code: error.code,
        ...(error.status && { status: error.status }),
      },
      "a connection could not be kept up",
    );
  else if (!(error instanceof ConnectionGone))
    runtime.log.error({ ...about, err: error }, "a connection could not be kept up");
}
