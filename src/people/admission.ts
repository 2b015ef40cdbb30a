/** Who may become a person of this service: decided here alone, in the transaction that creates them. */

import { APIError } from "@better-auth/core/error";
import { eq } from "drizzle-orm";
import type { Queryable } from "../database/open.ts";
import { users, verifications } from "../database/schema.ts";
import { acceptInvitation } from "./invitations.ts";
import type { PeopleConfig, Person } from "./people.ts";

export interface Newcomer {
  readonly email: string;
  /** They came by a link that was mailed to this address. */
  readonly addressProven: boolean;
  /** The secret of an invitation, where they brought one. */
  readonly invitation: string | undefined;
}

export interface Admission {
  readonly role: Person["role"];
  readonly addressProven: boolean;
}

/** The code that better-auth passes on when somebody is not admitted. */
export const NOT_ADMITTED = "NOT_ADMITTED";

/**
 * The first person is always admitted and is the operator.
 * @throws {APIError} with NOT_ADMITTED when sign-up is not open to this newcomer
 */
export async function admit(
  transaction: Queryable,
  newcomer: Newcomer,
  { signUp, now }: { signUp: PeopleConfig["signUp"]; now: Date },
): Promise<Admission> {
  const operator = await claimFirstPlace(transaction, now);
  const invited = signUp !== "closed" && (await acceptInvitation(transaction, newcomer, now));
  if (!operator && !invited && signUp !== "open") {
    throw new APIError("FORBIDDEN", { code: NOT_ADMITTED, message: "Sign-up is not open to this address." });
  }
  return {
    role: operator ? "operator" : "person",
    addressProven: operator || invited || newcomer.addressProven,
  };
}

/** Two first people at once meet at one row: the second waits for the first's transaction, and then sees them. */
async function claimFirstPlace(transaction: Queryable, now: Date): Promise<boolean> {
  if (!(await isEmpty(transaction))) return false;
  const place = { id: "first-person", identifier: "first-person", value: "", expiresAt: now };
  await transaction.insert(verifications).values(place).onConflictDoNothing();
  await transaction
    .select({ id: verifications.id })
    .from(verifications)
    .where(eq(verifications.id, place.id))
    .for("update");
  return isEmpty(transaction);
}

async function isEmpty(database: Queryable): Promise<boolean> {
  return (await database.select({ id: users.id }).from(users).limit(1)).length === 0;
}
