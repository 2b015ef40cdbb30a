/**
 * Stores the secret of a person's app, encrypted by the vault. An older version encrypted it with the session
 * secret.
 */
import { randomBytes } from "node:crypto";
import { and, asc, eq, gt, isNotNull } from "drizzle-orm";
import type { Logger } from "pino";
import { z } from "zod";
import type { Database, Queryable } from "../../database/open.ts";
import { recoveryCodes, twoFactors, users } from "../../database/schema.ts";
import type { Safe } from "../secrets.ts";
import { hashRecoveryCodes } from "./recovery-codes.ts";

export interface SecretsRuntime {
  readonly database: Database;
  readonly vault: Safe;
  readonly config: { readonly sessionSecret: string };
  readonly log: Logger;
}

export type SecondFactorRow = typeof twoFactors.$inferSelect;

const BATCH = 50;
const codesShape = z.string().transform((text) => z.array(z.string()).parse(JSON.parse(text)));

/** A secret of 192 random bits, in characters that every app accepts. */
export function makeAppSecret(): string {
  return randomBytes(24).toString("base64url");
}

/** A person's second factor. Re-encrypts it with the vault's key first if it still has the old form. */
export async function findSecondFactor(
  runtime: SecretsRuntime,
  userId: string,
): Promise<SecondFactorRow | undefined> {
  const read = () => runtime.database.select().from(twoFactors).where(eq(twoFactors.userId, userId));
  const [found] = await read();
  if (found === undefined || found.formerSecret === null) return found;
  await moveFormer(runtime, found);
  return (await read())[0];
}

/**
 * Decrypts the secret of an app.
 * @returns undefined when no key can decrypt it; the log says so
 * @throws {Error} any other failure
 */
export function openAppSecret(
  { vault, log }: Pick<SecretsRuntime, "vault" | "log">,
  { secretEnc, userId }: Pick<SecondFactorRow, "secretEnc" | "userId">,
): string | undefined {
  if (secretEnc === null) return undefined;
  try {
    return vault.decrypt(secretEnc);
  } catch (error) {
    if (!(error instanceof Error) || error.name !== "InvalidToken") throw error;
    log.error({ userId }, "No key of SOCIAL_ENCRYPTION_KEY opens the secret of this person's app.");
    return undefined;
  }
}

/**
 * Re-encrypts all secrets that have the old form. It can be repeated and run by several processes at once.
 * @returns how many were re-encrypted, and how many could not be read
 */
export async function moveFormerSecrets(
  runtime: SecretsRuntime,
): Promise<{ readonly moved: number; readonly unreadable: number }> {
  let [moved, unreadable] = [0, 0];
  for (let after = ""; ; ) {
    const rows = await runtime.database
      .select()
      .from(twoFactors)
      .where(and(isNotNull(twoFactors.formerSecret), gt(twoFactors.id, after)))
      .orderBy(asc(twoFactors.id))
      .limit(BATCH);
    for (const row of rows) {
      if (await moveFormer(runtime, row)) moved += 1;
      else unreadable += 1;
    }
    const last = rows.at(-1);
    if (last === undefined || rows.length < BATCH) return { moved, unreadable };
    after = last.id;
  }
}

/** Re-encrypts one row. @returns false when the session secret is not the one it was encrypted with */
async function moveFormer({ database, vault, config, log }: SecretsRuntime, row: SecondFactorRow) {
  const { id, userId, formerSecret, formerCodes } = row;
  if (formerSecret === null) return true;
  // better-auth takes long to load, and few need it.
  const { symmetricDecrypt } = await import("better-auth/crypto");
  const open = (data: string) => symmetricDecrypt({ key: config.sessionSecret, data });
  let secret: string;
  let codes: readonly string[];
  try {
    secret = await open(formerSecret);
    codes = formerCodes === null ? [] : codesShape.parse(await open(formerCodes));
  } catch {
    log.error(
      { userId },
      "This person's app and recovery codes were kept under another SOCIAL_SESSION_SECRET. Start once with that one, or turn two-step sign-in off for them.",
    );
    return false;
  }
  const { salt, hashes } = await hashRecoveryCodes(codes);
  await database.transaction(async (transaction) => {
    const mine = await transaction
      .update(twoFactors)
      .set({
        ...{ secretEnc: vault.encrypt(secret), recoverySalt: salt },
        ...{ formerSecret: null, formerCodes: null },
      })
      .where(and(eq(twoFactors.id, id), eq(twoFactors.formerSecret, formerSecret)))
      .returning({ id: twoFactors.id });
    if (mine.length === 0 || hashes.length === 0) return;
    await transaction.insert(recoveryCodes).values(hashes.map((codeHash) => ({ userId, codeHash })));
  });
  return true;
}

/** Removes a person's second factor: secret, recovery codes and lock. */
export async function forgetSecondFactor(transaction: Queryable, personId: string): Promise<void> {
  await transaction.update(users).set({ twoFactorEnabled: false }).where(eq(users.id, personId));
  await transaction.delete(twoFactors).where(eq(twoFactors.userId, personId));
  await transaction.delete(recoveryCodes).where(eq(recoveryCodes.userId, personId));
}
