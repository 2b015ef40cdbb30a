/** Seals tokens for the database and opens them again: with tokens.ts the only code that sees them in plain text. */
import { type PlatformAbout, PlatformError, type Tokens } from "../../platforms/platform.ts";
import { InvalidToken } from "../../vault/fernet.ts";
import type { Vault } from "../../vault/keyring.ts";
import { say } from "../../words/words.ts";
import { fromFields, type NoField } from "../columns/fields.ts";
import { type ConnectionRow, soonFrom } from "../connection.ts";
import type { TokensRuntime } from "../tokens.ts";
import { readTold } from "../told.ts";
import { ConnectionGone } from "./connection-gone.ts";

/** The fields of the tokens that are not secret. */
type TokenTerms = "expiresAt" | "renewAfter" | "scopes";

/** The columns that hold these tokens and when to renew them. */
export function sealTokens(
  { vault, now }: Pick<TokensRuntime, "vault" | "now">,
  tokens: Tokens,
  about: PlatformAbout,
) {
  const { expiresAt, renewAfter, scopes, ...secrets } = tokens;
  return {
    nextRenewalAt: planRenewal(tokens, about, now()),
    tellAt: planWarning(tokens, now()),
    ...seal(vault, secrets),
    tokenExpiresAt: expiresAt ?? null,
    tokenRenewAfter: renewAfter ?? null,
    scopes: scopes.join(" "),
  };
}

/** The columns that hold the sealed tokens alone. */
export function seal(
  vault: Vault,
  { accessToken, refreshToken, ownerToken, ...rest }: Omit<Tokens, TokenTerms>,
) {
  rest satisfies NoField;
  return {
    accessTokenEnc: vault.encrypt(accessToken),
    refreshTokenEnc: refreshToken === undefined ? null : vault.encrypt(refreshToken),
    ownerTokenEnc: ownerToken === undefined ? null : vault.encrypt(ownerToken),
  };
}

/** Spreads renewals, so that connections made on one day are not all renewed at once. */
const SPREAD = 1 / 6;

/** When to renew tokens that expire: well before they do, and at a slightly random time. */
function planRenewal(tokens: Tokens, { renewEarlySeconds }: PlatformAbout, now: Date): Date | null {
  const { expiresAt, renewAfter } = tokens;
  if (renewEarlySeconds === undefined || expiresAt === undefined || renewAfter === undefined) return null;
  const early = renewEarlySeconds * 1_000 * (1 - Math.random() * SPREAD);
  return new Date(Math.max(expiresAt.getTime() - early, renewAfter.getTime(), now.getTime()));
}

/** When to mail the person that only they can renew the permission: when pages begin to warn them. */
function planWarning({ expiresAt, renewAfter }: Tokens, now: Date): Date | null {
  if (expiresAt === undefined || renewAfter !== undefined) return null;
  return soonFrom({ givenAt: now, endsAt: expiresAt });
}

/**
 * Opens the tokens of a connection.
 * @throws {ConnectionGone} when it is disconnected
 * @throws {PlatformError} reconnect-needed, when the network ended them or no key can decrypt them
 */
export function openTokens(vault: Vault, row: ConnectionRow): Tokens {
  const { accessTokenEnc, refreshTokenEnc, ownerTokenEnc } = row;
  if (accessTokenEnc === null) throw wiped(row);
  return {
    ...unseal(vault, { accessTokenEnc, refreshTokenEnc, ownerTokenEnc }),
    ...fromFields<Pick<Tokens, TokenTerms>>({
      expiresAt: row.tokenExpiresAt ?? undefined,
      renewAfter: row.tokenRenewAfter ?? undefined,
      scopes: row.scopes.split(" ").filter(Boolean),
    }),
  };
}

/** Opens sealed tokens. @throws {PlatformError} reconnect-needed, when no key can decrypt them */
export function unseal(
  vault: Vault,
  sealed: {
    readonly accessTokenEnc: string;
    readonly refreshTokenEnc: string | null;
    readonly ownerTokenEnc: string | null;
  },
): Omit<Tokens, TokenTerms> {
  const { accessTokenEnc, refreshTokenEnc, ownerTokenEnc } = sealed;
  return fromFields<Omit<Tokens, TokenTerms>>({
    accessToken: open(vault, accessTokenEnc),
    refreshToken: refreshTokenEnc === null ? undefined : open(vault, refreshTokenEnc),
    ownerToken: ownerTokenEnc === null ? undefined : open(vault, ownerTokenEnc),
  });
}

/** The error for a connection without tokens: it was disconnected here, or ended at the network. */
export function wiped(row: ConnectionRow): Error {
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
      "This service lost its encryption key, and this connection with it. Reconnect the account.",
    );
    throw new PlatformError("reconnect-needed", { code: KEY_LOST, message, cause });
  }
}

/** The error code of tokens that no key can decrypt. */
export const KEY_LOST = "key-lost";

/** The error for tokens that another process can decrypt: this one was started with older keys. */
export function keyElsewhere(cause?: unknown): PlatformError {
  const message = say(
    "This part of the service does not have the newest encryption key yet. Try again in a few minutes.",
  );
  return new PlatformError("transient", { code: "key-elsewhere", message, operator: true, cause });
}

/** The error for a connection that the person disconnected. */
export function disconnected(): ConnectionGone {
  return new ConnectionGone(say("This account was disconnected."));
}
