/**
 * The first proof that an address belongs to somebody. Before it anybody may have made the account, so its
 * content is a stranger's unless the proof comes from a browser that has signed in to it.
 */
import { eq } from "drizzle-orm";
import type { Queryable } from "../../database/open.ts";
import { credentials, passkeys, users } from "../../database/schema.ts";
import { say } from "../../words/words.ts";
import { recordEvent } from "../audit.ts";
import { endLinks, endSessions } from "../ending.ts";
import type { PeopleRuntime, Refusal, Visitor } from "../people.ts";
import { forgetSecondFactor } from "../second-factor/second-factor-secrets.ts";
import { isKnownBrowser } from "../sign-in/known-browsers.ts";

/** Until its address is proved, an account has a password and no other way to sign in. */
export const NOT_PROVEN: Refusal = {
  problem: say(
    "First verify your email address, in your account. Until then you can only sign in with your password.",
  ),
};

export interface Proof {
  readonly userId: string;
  /**
   * What the account is to the person who proves the address. "own": made in this browser, stays as it is.
   * "stranger's": is deleted. "former": made before proofs were required, so most likely their own; its content
   * stays, and all ways to sign in end.
   */
  readonly account: "own" | "stranger's" | "former";
}

/**
 * Finds out what a proof of this address would do.
 * @returns undefined when the address is proved already, or nobody has it
 */
export async function prepareProof(
  runtime: PeopleRuntime,
  { headers }: Visitor,
  address: string,
): Promise<Proof | undefined> {
  const [found] = await runtime.database
    .select({
      ...{ userId: users.id, isProven: users.emailVerified, blockedAt: users.blockedAt },
      predatesProofs: users.predatesProofs,
    })
    .from(users)
    .where(eq(users.email, address));
  if (found === undefined || found.isProven || found.blockedAt !== null) return undefined;
  const { userId } = found;
  const signedIn = await runtime.people.findPerson(headers);
  if (signedIn?.person.id === userId || (await isKnownBrowser(runtime, headers, address)))
    return { userId, account: "own" };
  return { userId, account: found.predatesProofs ? "former" : "stranger's" };
}

/**
 * Proves an address. A stranger's account is deleted, its grants are revoked, and the owner of the address gets
 * an empty one with a new id, so that sessions, links and codes of the old one are void.
 * @returns the id of the owner's account; the second of two proofs at once finds the address proved
 */
export async function proveAddress(
  { people }: { readonly people: Pick<PeopleRuntime["people"], "belongings"> },
  transaction: Queryable,
  { userId, account }: Proof,
  { ipAddress }: { readonly ipAddress: string | undefined },
): Promise<string> {
  const [row] = await transaction.select().from(users).where(eq(users.id, userId)).for("update");
  if (row === undefined || row.emailVerified) return userId;
  const owner = account === "stranger's" ? crypto.randomUUID() : row.id;
  if (account === "stranger's") {
    await people.belongings.handOverGrants(transaction, row, ipAddress);
    await people.belongings.stopShares(transaction, row);
    await endLinks(transaction, row.id);
    await transaction.delete(users).where(eq(users.id, row.id));
    const { email, role, blockedAt } = row;
    const name = email.split("@")[0] ?? "";
    // If the account was blocked since the proof was prepared, the new one is too: a block is of the address.
    await transaction.insert(users).values({ id: owner, email, name, role, blockedAt, emailVerified: true });
  } else {
    if (account === "former") await endEveryWayIn(transaction, row.id);
    await transaction.update(users).set({ emailVerified: true }).where(eq(users.id, row.id));
  }
  await recordEvent(transaction, {
    ...{ userId: owner, subject: owner, ipAddress },
    action: account === "stranger's" ? "person.account-claimed" : "person.address-proved",
  });
  return owner;
}

/** Ends every way to sign in except sign-in links, which go to the address itself. */
async function endEveryWayIn(transaction: Queryable, userId: string): Promise<void> {
  await endSessions(transaction, userId);
  await endLinks(transaction, userId);
  await forgetSecondFactor(transaction, userId);
  await transaction.delete(passkeys).where(eq(passkeys.userId, userId));
  await transaction.delete(credentials).where(eq(credentials.userId, userId));
}
