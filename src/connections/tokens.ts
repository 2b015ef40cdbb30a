/** The only place that sees tokens in plain text: seals and opens them, and refreshes them, one refresh at a time. */
import { and, eq, isNull, sql } from "drizzle-orm";
import pLimit from "p-limit";
import type { Database, Queryable } from "../database/open.ts";
import { socialConnections } from "../database/schema.ts";
import { refreshes } from "../net/meter.ts";
import { PlatformError, platformNames, type Tokens } from "../platforms/platform.ts";
import type { PlatformRegistry } from "../platforms/registry.ts";
import type { Vault } from "../vault/keyring.ts";
import { say } from "../words/words.ts";
import type { AccountShares } from "./account-shares.ts";
import { type Connection, type ConnectionRow, toConnection } from "./connection.ts";
import { disconnected, KEY_LOST, keyElsewhere, openTokens, sealTokens, wiped } from "./keys/seal.ts";
import { mayOpenElsewhere } from "./processes.ts";
import { keepTold } from "./told.ts";

export interface TokensRuntime {
  readonly database: Database;
  readonly vault: Vault;
  readonly platforms: PlatformRegistry;
  readonly accountShares: AccountShares;
  now(): Date;
}

/** Tokens are refreshed this long before they expire, so that none expires during a call. */
const REFRESH_MARGIN_MS = 120_000;

/**
 * Runs `work` with tokens that are valid for a while. When the network rejects them all the same, they are
 * refreshed once and the work is repeated once; if that fails too, the connection is marked as to be
 * reconnected. Tokens that another process may be able to decrypt are not marked.
 * @param of the connection's id, or its row if it was read a moment ago
 * @throws {PlatformError} what `work` or the refresh failed with; transient when another process may have the
 * key
 * @throws {ConnectionGone} when the connection is disconnected
 */
export async function withTokens<T>(
  runtime: TokensRuntime,
  of: string | ConnectionRow,
  work: (connection: Connection, tokens: Tokens, row: ConnectionRow) => Promise<T>,
): Promise<T> {
  let row = typeof of === "string" ? await readRow(runtime.database, of) : of;
  if (row.revokedAt !== null) throw disconnected();
  try {
    if (isNearEnd(row, runtime.now())) row = await renew(runtime, row);
    if (hasEnded(row, runtime.now())) throw ended();
    return await work(toConnection(row), openTokens(runtime.vault, row), row);
  } catch (error) {
    if (!(error instanceof PlatformError) || error.kind !== "reconnect-needed") throw error;
    if (error.code === KEY_LOST && (await mayOpenElsewhere(runtime))) throw keyElsewhere(error);
    const renewed = error.code === "token-refused" ? await renewRefused(runtime, row) : undefined;
    if (renewed === undefined) return markBroken(runtime, row, error);
    return await work(toConnection(renewed), openTokens(runtime.vault, renewed), renewed).catch(
      (again: unknown) => {
        if (!(again instanceof PlatformError) || again.kind !== "reconnect-needed") throw again;
        return markBroken(runtime, renewed, again);
      },
    );
  }
}

async function readRow(database: Queryable, connectionId: string): Promise<ConnectionRow> {
  const [row] = await database
    .select()
    .from(socialConnections)
    .where(and(eq(socialConnections.id, connectionId), isNull(socialConnections.revokedAt)));
  if (row === undefined) throw disconnected();
  return row;
}

function isRenewable(row: ConnectionRow, now: Date): boolean {
  return row.tokenRenewAfter !== null && row.tokenRenewAfter <= now;
}

function isNearEnd(row: ConnectionRow, now: Date): boolean {
  return (
    row.tokenExpiresAt !== null &&
    row.tokenExpiresAt.getTime() - now.getTime() < REFRESH_MARGIN_MS &&
    isRenewable(row, now)
  );
}

/** Calling a network with an expired token would only cost a call. */
function hasEnded(row: ConnectionRow, now: Date): boolean {
  return row.tokenExpiresAt !== null && row.tokenExpiresAt <= now && !isRenewable(row, now);
}

function ended(): PlatformError {
  const message = say("This network’s permission has expired. Reconnect the account.");
  return new PlatformError("reconnect-needed", { code: "leave-ended", message });
}

/**
 * Tokens other than the rejected ones: those that another worker stored meanwhile, or refreshed ones. Undefined
 * when they cannot be refreshed.
 */
async function renewRefused(
  runtime: TokensRuntime,
  refused: ConnectionRow,
): Promise<ConnectionRow | undefined> {
  const stored = await readRow(runtime.database, refused.id);
  if (!holdSameToken(runtime.vault, stored, refused)) return stored;
  return isRenewable(stored, runtime.now()) ? await renew(runtime, stored) : undefined;
}

/** Compares the plain text: after a key rotation the same token has another ciphertext. */
function holdSameToken(vault: Vault, one: ConnectionRow, other: ConnectionRow): boolean {
  return openTokens(vault, one).accessToken === openTokens(vault, other).accessToken;
}

/** Refreshes that run in this process: others wait for them without holding a database connection. */
const underWay = new WeakMap<Database, Map<string, Promise<ConnectionRow>>>();

/** Each refresh holds a database connection while the network answers; a slow network must not take them all. */
const RENEWALS_EACH = 2;
const renewals = new Map(platformNames.map((name) => [name as string, pLimit(RENEWALS_EACH)]));

/**
 * Refreshes the tokens of a connection.
 * @returns its row with tokens other than those of `seen`
 * @throws {PlatformError} when the network refuses or fails
 * @throws {ConnectionGone} when the connection is disconnected
 */
export async function renew(runtime: TokensRuntime, seen: ConnectionRow): Promise<ConnectionRow> {
  const mine = underWay.get(runtime.database) ?? new Map<string, Promise<ConnectionRow>>();
  underWay.set(runtime.database, mine);
  const inTurn = renewals.get(seen.platform) ?? pLimit(RENEWALS_EACH);
  const running =
    mine.get(seen.id) ?? inTurn(() => renewLocked(runtime, seen)).finally(() => mine.delete(seen.id));
  mine.set(seen.id, running);
  return await running;
}

/**
 * Refreshes a connection once across all processes: the row is locked, and a process that waited takes the
 * tokens that the first one stored. Single-use refresh tokens allow no other way (docs/networks/x.md, refresh).
 * The weaker lock lets new shares of this connection be written meanwhile.
 */
async function renewLocked(runtime: TokensRuntime, seen: ConnectionRow): Promise<ConnectionRow> {
  const outcome = await runtime.database.transaction(async (transaction) => {
    const [row] = await transaction
      .select()
      .from(socialConnections)
      .where(eq(socialConnections.id, seen.id))
      .for("no key update");
    if (row === undefined || row.revokedAt !== null) throw disconnected();
    if (!holdSameToken(runtime.vault, row, seen)) return row;
    const platform = runtime.platforms.getPlatform(toConnection(row).platform);
    const { about } = platform;
    const renewed = await platform
      .refreshAccessToken(toConnection(row).account, openTokens(runtime.vault, row))
      .catch((error: unknown) => {
        const isOver = error instanceof PlatformError && error.kind === "reconnect-needed";
        refreshes.add({ network: platform.name, result: isOver ? "ended" : "failed" });
        if (isOver) return error;
        throw error;
      });
    if (renewed instanceof PlatformError) return renewed;
    refreshes.add({ network: platform.name, result: "renewed" });
    const [stored] = await transaction
      .update(socialConnections)
      .set({ ...sealTokens(runtime, renewed, about), updatedAt: runtime.now() })
      .where(eq(socialConnections.id, row.id))
      .returning();
    return stored ?? row;
  });
  return outcome instanceof PlatformError ? markBroken(runtime, seen, outcome) : outcome;
}

/**
 * Marks a connection as to be reconnected, if it still has the tokens that failed.
 * @throws {ConnectionGone} when the person disconnected it meanwhile
 */
async function markBroken(
  { database, now }: Pick<TokensRuntime, "database" | "now">,
  row: ConnectionRow,
  error: PlatformError,
): Promise<never> {
  const at = now();
  await database
    .update(socialConnections)
    .set({
      status: "reconnect",
      errorCode: error.code,
      ...keepTold(error.told),
      // The person is told once, when the connection breaks.
      tellAt: sql`case when ${socialConnections.status} = 'active' then ${at.toISOString()}::timestamptz else ${socialConnections.tellAt} end`,
      updatedAt: at,
    })
    .where(
      and(eq(socialConnections.id, row.id), eq(socialConnections.accessTokenEnc, row.accessTokenEnc ?? "")),
    );
  const stored = await readRow(database, row.id);
  throw stored.accessTokenEnc === null ? wiped(stored) : error;
}
