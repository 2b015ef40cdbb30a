/** Counts what no key can decrypt, and restores connections once their key is back. */
import { and, asc, eq, gt, isNotNull, isNull } from "drizzle-orm";
import type { Database } from "../../database/open.ts";
import { transactRepeatedly } from "../../database/repeated.ts";
import { socialConnections, twoFactors } from "../../database/schema.ts";
import { InvalidToken } from "../../vault/fernet.ts";
import type { Vault } from "../../vault/keyring.ts";
import { lockOwner } from "../account-shares.ts";
import type { TokensRuntime } from "../tokens.ts";
import { KEY_LOST } from "./seal.ts";

type RevivingRuntime = Parts & Pick<TokensRuntime, "accountShares" | "now">;

interface Parts {
  readonly database: Database;
  readonly vault: Pick<Vault, "decrypt">;
}

/** Large enough to notice a wrong or a missing key. */
const SAMPLE = 100;

/** Tries to decrypt the tokens of a sample of connections. @returns how many were tried and how many of them failed */
export async function findUnreadable({
  database,
  vault,
}: Parts): Promise<{ readonly tried: number; readonly unreadable: number }> {
  const rows = await database
    .select({ sealed: socialConnections.accessTokenEnc })
    .from(socialConnections)
    .where(isNotNull(socialConnections.accessTokenEnc))
    // The ids are random, so the sample has old and new rows alike.
    .orderBy(asc(socialConnections.id))
    .limit(SAMPLE);
  const unreadable = rows.filter(({ sealed }) => sealed !== null && !opens(vault, sealed)).length;
  return { tried: rows.length, unreadable };
}

/**
 * Tries to decrypt a sample of the secrets of authenticator apps. Secrets that are still stored under the
 * session secret of an older version count as unreadable.
 */
export async function findUnreadableSecrets({
  database,
  vault,
}: Parts): Promise<{ readonly tried: number; readonly unreadable: number }> {
  const rows = await database
    .select({ sealed: twoFactors.secretEnc })
    .from(twoFactors)
    .where(eq(twoFactors.verified, true))
    .orderBy(asc(twoFactors.id))
    .limit(SAMPLE);
  const unreadable = rows.filter(({ sealed }) => sealed === null || !opens(vault, sealed)).length;
  return { tried: rows.length, unreadable };
}

/** Restores connections that were marked because their key was lost and that can be decrypted again. @returns their ids */
export async function reviveReadable(runtime: RevivingRuntime): Promise<string[]> {
  const { database, vault } = runtime;
  const revived: string[] = [];
  for (let after = ""; ; ) {
    const rows = await database
      .select({ id: socialConnections.id, sealed: socialConnections.accessTokenEnc })
      .from(socialConnections)
      .where(and(isLost, after === "" ? undefined : gt(socialConnections.id, after)))
      .orderBy(asc(socialConnections.id))
      .limit(SAMPLE);
    for (const { id, sealed } of rows) {
      if (sealed === null || !opens(vault, sealed)) continue;
      if (await revive(runtime, id, sealed)) revived.push(id);
    }
    const last = rows.at(-1);
    if (last === undefined || rows.length < SAMPLE) return revived;
    after = last.id;
  }
}

/** Releases the shares that waited for the account in the same transaction. */
async function revive(
  { database, accountShares, now }: RevivingRuntime,
  id: string,
  sealed: string,
): Promise<boolean> {
  return await transactRepeatedly(database, async (transaction) => {
    await lockOwner(transaction, id);
    const revived = await transaction
      .update(socialConnections)
      .set({
        ...{ status: "active", errorCode: null, errorMessage: null, errorTold: null, tellAt: null },
        activeSince: now(),
        // The connection is verified soon, because it may have ended for another reason meanwhile.
        lastVerifiedAt: null,
      })
      .where(and(eq(socialConnections.id, id), eq(socialConnections.accessTokenEnc, sealed), isLost))
      .returning({ id: socialConnections.id });
    if (revived.length > 0) await accountShares.release(transaction, [id], now());
    return revived.length > 0;
  });
}

const isLost = and(
  eq(socialConnections.status, "reconnect"),
  eq(socialConnections.errorCode, KEY_LOST),
  isNull(socialConnections.revokedAt),
);

function opens(vault: Pick<Vault, "decrypt">, sealed: string): boolean {
  try {
    vault.decrypt(sealed);
    return true;
  } catch (error) {
    if (error instanceof InvalidToken) return false;
    throw error;
  }
}
