/** What is known of letters after they ended. */
import { and, asc, eq, inArray, lt } from "drizzle-orm";
import type { Database } from "../../database/open.ts";
import { daysBefore, removeGently } from "../../database/removal.ts";
import { letters } from "../../database/schema.ts";
import { hashSecret } from "../secrets.ts";
import type { OutboxRuntime } from "./outbox.ts";

/** Rows per DELETE. */
const OLD_LETTERS = 500;

/** Removes letters that ended longer ago than the operator keeps them. @returns how many this round removed */
export async function removeOldLetters({
  database,
  config,
  now,
}: Pick<OutboxRuntime, "database" | "now"> & {
  readonly config: { readonly keepDays: { readonly mail: number } };
}): Promise<number> {
  const cutoff = daysBefore(now(), config.keepDays.mail);
  return await removeGently(async () => {
    const old = database
      .select({ id: letters.id })
      .from(letters)
      .where(lt(letters.endedAt, cutoff))
      .orderBy(asc(letters.endedAt))
      .limit(OLD_LETTERS);
    const { rowCount } = await database.delete(letters).where(inArray(letters.id, old));
    return { removed: rowCount ?? 0, more: rowCount === OLD_LETTERS };
  });
}

/**
 * Finds refused invitations.
 * @returns the mail server's code for each address whose newest invitation it refused for good
 */
export async function findRefusedInvitations(
  database: Database,
  addresses: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const byHash = new Map(addresses.map((address) => [hashSecret(address), address]));
  const rows = await database
    .select({ hash: letters.recipientHash, state: letters.state, code: letters.errorCode })
    .from(letters)
    .where(and(eq(letters.kind, "invitation"), inArray(letters.recipientHash, [...byHash.keys()])))
    .orderBy(asc(letters.createdAt));
  const newest = new Map(
    rows.map(({ hash, state, code }) => [byHash.get(hash ?? "") ?? "", { state, code }]),
  );
  return new Map(
    [...newest].flatMap(([address, { state, code }]) =>
      state === "refused" ? [[address, code ?? ""] as const] : [],
    ),
  );
}
