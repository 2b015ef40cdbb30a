/**
 * The first proof that a mail address is somebody's. Until then anybody may have made the account: what was in it came
 * from a stranger, unless the proof comes from a browser that signed in to it before.
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

/** Why an account whose address nobody proved yet may have a password and nothing else that signs in. */
export const NOT_PROVEN: Refusal = {
  problem: say("Prove your mail address first, in your account: until then the password alone signs you in."),
};

export interface Proof {
  readonly userId: string;
  /**
   * What the account is to whoever proves it: "own", made in this browser, stays as it is. "stranger's" ends as a whole.
   * "former" is from before proofs were asked for, and mostly their own: all ways in end, and what is in it stays.
   */
  readonly account: "own" | "stranger's" | "former";
}

/**
 * What a proof of this address will meet.
 * @returns undefined where the address is proved, or nobody has it
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
 * A stranger's account ends as a whole, its grants at the networks soon after, and its owner gets a new one, with an id of its own: sessions, links, passkeys,
 * codes and whatever else names the old one is void, also what is just being written.
 * @returns the account that is its owner's now; of two proofs at once the second finds it proved
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
    // Blocked since the proof was prepared, it stays so: a block is of the address, whoever made the account.
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

/** Whatever signs in, or leads to it: all but a link to sign in, which goes to the address itself. */
async function endEveryWayIn(transaction: Queryable, userId: string): Promise<void> {
  await endSessions(transaction, userId);
  await endLinks(transaction, userId);
  await forgetSecondFactor(transaction, userId);
  await transaction.delete(passkeys).where(eq(passkeys.userId, userId));
  await transaction.delete(credentials).where(eq(credentials.userId, userId));
}
