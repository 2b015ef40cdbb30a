/** Re-encrypts everything under the first key of the keyring: row by row, safe to interrupt and to repeat. */
import { type AnyColumn, type SQL, sql } from "drizzle-orm";
import type { Database } from "../database/open.ts";
import { mastodonApps, oauthStates, socialConnections } from "../database/schema.ts";
import type { Vault } from "../vault/keyring.ts";

/** Every column that holds ciphertext, with the key that its rows are walked by. */
export const sealedColumns: readonly { readonly key: AnyColumn; readonly column: AnyColumn }[] = [
  { key: socialConnections.id, column: socialConnections.accessTokenEnc },
  { key: socialConnections.id, column: socialConnections.refreshTokenEnc },
  { key: mastodonApps.instance, column: mastodonApps.clientSecretEnc },
  { key: oauthStates.stateHash, column: oauthStates.codeVerifierEnc },
];

/** How many values were looked at, and how many got a new ciphertext. */
export interface Rotation {
  readonly seen: number;
  readonly changed: number;
}

const BATCH = 200;

/** Runs beside a live service: rows are locked while they change, so that no fresh token is overwritten. */
export async function rotateKeys(runtime: {
  readonly database: Database;
  readonly vault: Vault;
}): Promise<Rotation> {
  let total: Rotation = { seen: 0, changed: 0 };
  for (const place of sealedColumns) {
    let after: string | undefined;
    do {
      const batch = await rotateBatch(runtime, place, after);
      total = { seen: total.seen + batch.seen, changed: total.changed + batch.changed };
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
      sql`select ${key} as key, ${column} as sealed from ${table} where ${column} is not null ${from} order by ${key} limit ${BATCH} for update`,
    );
    const stale = rows.filter(({ sealed }) => !vault.isCurrent(sealed));
    for (const row of stale) {
      await transaction.execute(
        sql`update ${table} set ${sql.identifier(column.name)} = ${vault.rotate(row.sealed)} where ${key} = ${row.key}`,
      );
    }
    return {
      seen: rows.length,
      changed: stale.length,
      last: rows.length < BATCH ? undefined : rows.at(-1)?.key,
    };
  });
}
