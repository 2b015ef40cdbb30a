/** The secret of a person's app, sealed by the vault; an older version kept it under the session secret. */
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

/** 192 random bits, in signs that fit into every app's address. */
export function makeAppSecret(): string {
  return randomBytes(24).toString("base64url");
}

/** A person's second factor, moved under the vault's key first where that is still to be done. */
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

/** @returns undefined where no key opens it: told in the log, for whoever has the key */
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

/** Run again and by several processes at once it does no harm: each row is moved once. @returns how many */
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

/** @returns false where the session secret is another than the one it was kept under */
async function moveFormer({ database, vault, config, log }: SecretsRuntime, row: SecondFactorRow) {
  const { id, userId, formerSecret, formerCodes } = row;
  if (formerSecret === null) return true;
  // As in people.ts: loading it takes long, and few need it.
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

/** Without a secret, a code or a lock left behind. */
export async function forgetSecondFactor(transaction: Queryable, personId: string): Promise<void> {
  await transaction.update(users).set({ twoFactorEnabled: false }).where(eq(users.id, personId));
  await transaction.delete(twoFactors).where(eq(twoFactors.userId, personId));
  await transaction.delete(recoveryCodes).where(eq(recoveryCodes.userId, personId));
}
