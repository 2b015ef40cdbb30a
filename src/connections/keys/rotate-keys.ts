/** Re-encrypts everything under the first key of the keyring, in batches. It can be interrupted and repeated. */
import { type AnyColumn, type SQL, sql } from "drizzle-orm";
import type { Database } from "../../database/open.ts";
import {
  connectionChoices,
  letters,
  looseGrants,
  mastodonApps,
  oauthStates,
  socialConnections,
  twoFactors,
} from "../../database/schema.ts";
import { InvalidToken } from "../../vault/fernet.ts";
import type { Vault } from "../../vault/keyring.ts";

/** Every column that holds ciphertext, with the key by which its table is walked. */
export const sealedColumns: readonly { readonly key: AnyColumn; readonly column: AnyColumn }[] = [
  { key: socialConnections.id, column: socialConnections.accessTokenEnc },
  { key: socialConnections.id, column: socialConnections.refreshTokenEnc },
  { key: socialConnections.id, column: socialConnections.ownerTokenEnc },
  { key: looseGrants.id, column: looseGrants.accessTokenEnc },
  { key: looseGrants.id, column: looseGrants.refreshTokenEnc },
  { key: looseGrants.id, column: looseGrants.ownerTokenEnc },
  { key: connectionChoices.id, column: connectionChoices.resultsEnc },
  { key: mastodonApps.id, column: mastodonApps.clientSecretEnc },
  { key: twoFactors.id, column: twoFactors.secretEnc },
  { key: letters.id, column: letters.letterEnc },
  { key: oauthStates.stateHash, column: oauthStates.codeVerifierEnc },
];

/** How many values were read, how many were re-encrypted, and how many no key can decrypt. */
export interface Rotation {
  readonly seen: number;
  readonly changed: number;
  readonly unreadable: number;
}

/** Small, since the rows of a batch stay locked until it is done. */
const BATCH = 20;

/**
 * Re-encrypts every sealed column while the service runs: rows are locked while they change, so that no fresh
 * token is overwritten.
 */
export async function rotateKeys(runtime: {
  readonly database: Database;
  readonly vault: Vault;
}): Promise<Rotation> {
  let total: Rotation = { seen: 0, changed: 0, unreadable: 0 };
  for (const place of sealedColumns) {
    let after: string | undefined;
    do {
      const batch = await rotateBatch(runtime, place, after);
      total = {
        seen: total.seen + batch.seen,
        changed: total.changed + batch.changed,
        unreadable: total.unreadable + batch.unreadable,
      };
      after = batch.last;
    } while (after !== undefined);
  }
  return total;
}

async function rotateBatch(
  { database, vault }: { readonly database: Database; readonly vault: Vault },
  { key, column }: (typeof sealedColumns)[number],
  after: string | undefined,
): Promise<Rotation & { readonly last: string | undefined }> {
  const { table } = key;
  const from: SQL = after === undefined ? sql`` : sql`and ${key} > ${after}`;
  return await database.transaction(async (transaction) => {
    const { rows } = await transaction.execute<{ key: string; sealed: string }>(
      sql`select ${key} as key, ${column} as sealed from ${table} where ${column} is not null ${from} order by ${key} limit ${BATCH} for no key update`,
    );
    const stale = rows.filter(({ sealed }) => !vault.isCurrent(sealed));
    const renewed = stale.map(({ key: at, sealed }) => ({ at, sealed: rotateOrLeave(vault, sealed) }));
    for (const { at, sealed } of renewed) {
      if (sealed === undefined) continue;
      await transaction.execute(
        sql`update ${table} set ${sql.identifier(column.name)} = ${sealed} where ${key} = ${at}`,
      );
    }
    const unreadable = renewed.filter(({ sealed }) => sealed === undefined).length;
    return {
      seen: rows.length,
      changed: stale.length - unreadable,
      unreadable,
      last: rows.length < BATCH ? undefined : rows.at(-1)?.key,
    };
  });
}

/** Undefined when no key can decrypt the secret: it is counted, and the others are rotated all the same. */
function rotateOrLeave(vault: Vault, sealed: string): string | undefined {
  try {
    return vault.rotate(sealed);
  } catch (error) {
    if (error instanceof InvalidToken) return undefined;
    throw error;
  }
}
