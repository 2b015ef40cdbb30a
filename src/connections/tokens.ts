/** The only place that sees tokens in plain text: seals and opens them, and keeps them fresh, one refresh at a time. */
import { and, eq, isNull, sql } from "drizzle-orm";
import pLimit from "p-limit";
import type { Database, Queryable } from "../database/open.ts";
import { socialConnections } from "../database/schema.ts";
import { refreshes } from "../net/meter.ts";
import { type PlatformAbout, PlatformError, platformNames, type Tokens } from "../platforms/platform.ts";
import type { PlatformRegistry } from "../platforms/registry.ts";
import { InvalidToken } from "../vault/fernet.ts";
import type { Vault } from "../vault/keyring.ts";
import { say } from "../words/words.ts";
import { type Connection, type ConnectionRow, soonFrom, toConnection } from "./connection.ts";
import { ConnectionGone } from "./connection-gone.ts";
import { mayOpenElsewhere } from "./processes.ts";
import { keepTold, readTold } from "./told.ts";

export { ConnectionGone } from "./connection-gone.ts";

export interface TokensRuntime {
  readonly database: Database;
  readonly vault: Vault;
  readonly platforms: PlatformRegistry;
  now(): Date;
}

/** Refresh this long before the end, so that no call is made with a token that ends on its way. */
const REFRESH_MARGIN_MS = 120_000;

/** The columns that hold these tokens. */
export function sealTokens(
  { vault, now }: Pick<TokensRuntime, "vault" | "now">,
  tokens: Tokens,
  about: PlatformAbout,
) {
  return {
    nextRenewalAt: planRenewal(tokens, about, now()),
    tellAt: planWarning(tokens, now()),
    ...seal(vault, tokens),
    tokenExpiresAt: tokens.expiresAt ?? null,
    tokenRenewAfter: tokens.renewAfter ?? null,
    scopes: tokens.scopes.join(" "),
  };
}

/** The tokens alone. */
export function seal(vault: Vault, { accessToken, refreshToken, ownerToken }: Tokens) {
  return {
    accessTokenEnc: vault.encrypt(accessToken),
    refreshTokenEnc: refreshToken === undefined ? null : vault.encrypt(refreshToken),
    ownerTokenEnc: ownerToken === undefined ? null : vault.encrypt(ownerToken),
  };
}

/** So that not all who connected on one day are renewed at one moment. */
const SPREAD = 1 / 6;

/** When tokens that end by themselves are renewed by us: well before their end, none at the same time as the others. */
function planRenewal(tokens: Tokens, { renewEarlySeconds }: PlatformAbout, now: Date): Date | null {
  const { expiresAt, renewAfter } = tokens;
  if (renewEarlySeconds === undefined || expiresAt === undefined || renewAfter === undefined) return null;
  const early = renewEarlySeconds * 1_000 * (1 - Math.random() * SPREAD);
  return new Date(Math.max(expiresAt.getTime() - early, renewAfter.getTime(), now.getTime()));
}

/** When to tell the person that only they can renew what ends by itself: as soon as pages begin to say so. */
function planWarning({ expiresAt, renewAfter }: Tokens, now: Date): Date | null {
  if (expiresAt === undefined || renewAfter !== undefined) return null;
  return soonFrom({ givenAt: now, endsAt: expiresAt });
}

/**
 * @throws {ConnectionGone} when the tokens are wiped
 * @throws {PlatformError} reconnect-needed, when the network ended them or no key opens them any more
 */
export function openTokens(vault: Vault, row: ConnectionRow): Tokens {
  const { accessTokenEnc, refreshTokenEnc, ownerTokenEnc } = row;
  if (accessTokenEnc === null) throw wiped(row);
  return {
    ...unseal(vault, { accessTokenEnc, refreshTokenEnc, ownerTokenEnc }),
    ...(row.tokenExpiresAt === null ? {} : { expiresAt: row.tokenExpiresAt }),
    ...(row.tokenRenewAfter === null ? {} : { renewAfter: row.tokenRenewAfter }),
    scopes: row.scopes.split(" ").filter(Boolean),
  };
}

/** @throws {PlatformError} reconnect-needed, when no key opens them any more */
export function unseal(
  vault: Vault,
  sealed: {
    readonly accessTokenEnc: string;
    readonly refreshTokenEnc: string | null;
    readonly ownerTokenEnc: string | null;
  },
): Pick<Tokens, "accessToken" | "refreshToken" | "ownerToken"> {
  const { accessTokenEnc, refreshTokenEnc, ownerTokenEnc } = sealed;
  return {
    accessToken: open(vault, accessTokenEnc),
    ...(refreshTokenEnc === null ? {} : { refreshToken: open(vault, refreshTokenEnc) }),
    ...(ownerTokenEnc === null ? {} : { ownerToken: open(vault, ownerTokenEnc) }),
  };
}

/** Disconnected here, or ended by the network's own word. */
function wiped(row: ConnectionRow): Error {
  const { revokedAt, errorCode } = row;
  if (revokedAt !== null) return disconnected();
  const message = readTold(row) ?? say("This connection has ended. Reconnect the account.");
  return new PlatformError("reconnect-needed", { code: errorCode ?? "no-tokens", message });
}

function open(vault: Vault, sealed: string): string {
  try {
    return vault.decrypt(sealed);
  } catch (cause) {
    if (!(cause instanceof InvalidToken)) throw cause;
    const message = say(
      "The encryption key of this service was lost, and this connection with it. Reconnect the account.",
    );
    throw new PlatformError("reconnect-needed", { code: KEY_LOST, message, cause });
  }
}

/** The code of what no key of ours opens. */
export const KEY_LOST = "key-lost";

/** Nothing is lost: this process was started with older keys than another. */
export function keyElsewhere(cause?: unknown): PlatformError {
  const message = say(
    "This part of the service does not have the newest encryption key yet. Try again in some minutes.",
  );
  return new PlatformError("transient", { code: "key-elsewhere", message, operator: true, cause });
}

/**
 * Does `work` with tokens that are good for a while. When the network refuses them all the same, they are renewed
 * once and the work is repeated once; when that fails too the connection is marked as to be reconnected.
 * What another process may have the key for is not marked.
 * @param of its id, or its row where that was read a moment ago
 * @throws {PlatformError} what `work` or the refresh ended with; transient, where another process may have the key
 * @throws {ConnectionGone} when the connection is revoked
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
    if (renewed === undefined) return markBroken(runtime.database, row, error);
    return await work(toConnection(renewed), openTokens(runtime.vault, renewed), renewed).catch(
      (again: unknown) => {
        if (!(again instanceof PlatformError) || again.kind !== "reconnect-needed") throw again;
        return markBroken(runtime.database, renewed, again);
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

function disconnected(): ConnectionGone {
  return new ConnectionGone(say("This account was disconnected."));
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

/** Most networks say so themselves; asking them with an ended token would only cost a call. */
function hasEnded(row: ConnectionRow, now: Date): boolean {
  return row.tokenExpiresAt !== null && row.tokenExpiresAt <= now && !isRenewable(row, now);
}

function ended(): PlatformError {
  const message = say(
    "The leave that this network gave for a limited time has run out. Reconnect the account.",
  );
  return new PlatformError("reconnect-needed", { code: "leave-ended", message });
}

/** Other tokens than the refused ones: those that another worker stored meanwhile, or new ones; undefined where there can be none. */
async function renewRefused(
  runtime: TokensRuntime,
  refused: ConnectionRow,
): Promise<ConnectionRow | undefined> {
  const stored = await readRow(runtime.database, refused.id);
  if (!holdSameToken(runtime.vault, stored, refused)) return stored;
  return isRenewable(stored, runtime.now()) ? await renew(runtime, stored) : undefined;
}

/** By content: the same token has another ciphertext after a change of keys. */
function holdSameToken(vault: Vault, one: ConnectionRow, other: ConnectionRow): boolean {
  return openTokens(vault, one).accessToken === openTokens(vault, other).accessToken;
}

/** Refreshes under way in this process: whoever needs one too waits for it without holding a database connection. */
const underWay = new WeakMap<Database, Map<string, Promise<ConnectionRow>>>();

/** Each holds a database connection while the network answers: a slow network must not take them all. */
const RENEWALS_EACH = 2;
const renewals = new Map(platformNames.map((name) => [name as string, pLimit(RENEWALS_EACH)]));

/** @throws {PlatformError} @throws {ConnectionGone} */
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
 * One refresh at a time for a connection across all processes: the row is locked, and whoever waited takes what the
 * first one stored. Single-use refresh tokens allow no other way (docs/networks/x.md, refresh). The lock is the weaker
 * one, so that new shares of this connection can be written while the network takes its time.
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
  return outcome instanceof PlatformError ? markBroken(runtime.database, seen, outcome) : outcome;
}

/**
 * Only if the tokens are still those that failed: the person may have reconnected meanwhile.
 * @throws {ConnectionGone} where they disconnected meanwhile, which is what there is to tell
 */
async function markBroken(database: Database, row: ConnectionRow, error: PlatformError): Promise<never> {
  await database
    .update(socialConnections)
    .set({
      status: "reconnect",
      errorCode: error.code,
      ...keepTold(error.told),
      // Told once, when it breaks.
      tellAt: sql`case when ${socialConnections.status} = 'active' then now() else ${socialConnections.tellAt} end`,
      updatedAt: sql`now()`,
    })
    .where(
      and(eq(socialConnections.id, row.id), eq(socialConnections.accessTokenEnc, row.accessTokenEnc ?? "")),
    );
  const stored = await readRow(database, row.id);
  throw stored.accessTokenEnc === null ? wiped(stored) : error;
}
