/** What no key of ours opens: counting it, and taking connections back once the key is there again. */
import { and, asc, eq, gt, isNotNull, isNull } from "drizzle-orm";
import type { Database } from "../../database/open.ts";
import { transactRepeatedly } from "../../database/repeated.ts";
import { socialConnections, twoFactors } from "../../database/schema.ts";
import { InvalidToken } from "../../vault/fernet.ts";
import type { Vault } from "../../vault/keyring.ts";
import { lockOwner } from "../account-shares.ts";
import { KEY_LOST, type TokensRuntime } from "../tokens.ts";

type RevivingRuntime = Parts & Pick<TokensRuntime, "accountShares" | "now">;

interface Parts {
  readonly database: Database;
  readonly vault: Pick<Vault, "decrypt">;
}

/** Enough to tell a wrong key, and a lost older one, from the right ones. */
const SAMPLE = 100;

/** How many of some connections were tried, and how many of them cannot be opened. */
export async function findUnreadable({
  database,
  vault,
}: Parts): Promise<{ readonly tried: number; readonly unreadable: number }> {
  const rows = await database
    .select({ sealed: socialConnections.accessTokenEnc })
    .from(socialConnections)
    .where(isNotNull(socialConnections.accessTokenEnc))
    // By their random ids: old and new ones alike.
    .orderBy(asc(socialConnections.id))
    .limit(SAMPLE);
  const unreadable = rows.filter(({ sealed }) => sealed !== null && !opens(vault, sealed)).length;
  return { tried: rows.length, unreadable };
}

/** The same of the secrets of people's apps; those count too that are still kept under a session secret of before. */
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

/** Those that were given up for a lost key and can be opened again work as before. @returns their ids */
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

/** What waited for the account goes on in the same transaction. */
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
        // The network is asked soon: something else may have ended meanwhile.
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
