/** Decides who may get an account, in the transaction that creates it. */
import { APIError } from "@better-auth/core/error";
import { eq } from "drizzle-orm";
import { takeLock } from "../../database/locks.ts";
import type { Queryable } from "../../database/open.ts";
import { users } from "../../database/schema.ts";
import { isEmpty } from "../operators.ts";
import type { PeopleConfig, Person } from "../people.ts";
import { BLOCKED, NOT_ADMITTED } from "../sign-in/refusal-codes.ts";
import { acceptInvitation } from "./invitations.ts";

export interface Newcomer {
  readonly email: string;
  /** Whether they opened a link that was emailed to this address. */
  readonly addressProven: boolean;
  /** The secret of their invitation, if they have one. */
  readonly invitation: string | undefined;
  /** Whether they sign up through the OpenID Connect provider, which may have a rule of its own. */
  readonly byProvider?: boolean;
}

export interface Admission {
  readonly role: Person["role"];
  readonly addressProven: boolean;
}

/** Refuses a session to somebody who is blocked. @throws {APIError} with the code BLOCKED */
export async function refuseBlocked(database: Queryable, userId: string): Promise<void> {
  const [found] = await database
    .select({ blockedAt: users.blockedAt })
    .from(users)
    .where(eq(users.id, userId));
  if (found?.blockedAt)
    throw new APIError("FORBIDDEN", { code: BLOCKED, message: "This account is blocked." });
}

/**
 * Admits somebody, or not. The first person is always admitted and becomes operator.
 * @throws {APIError} with the code NOT_ADMITTED when they may not sign up
 */
export async function admit(
  transaction: Queryable,
  newcomer: Newcomer,
  { config, now }: { config: Pick<PeopleConfig, "signUp" | "openid">; now: Date },
): Promise<Admission> {
  const signUp = (newcomer.byProvider ? config.openid?.signUp : undefined) ?? config.signUp;
  const operator = await claimFirstPlace(transaction);
  const invited = signUp !== "closed" && (await acceptInvitation(transaction, newcomer, now));
  if (!operator && !invited && signUp !== "open") {
    throw new APIError("FORBIDDEN", { code: NOT_ADMITTED, message: "Sign-up is not open to this address." });
  }
  return {
    role: operator ? "operator" : "person",
    addressProven: operator || invited || newcomer.addressProven,
  };
}

/**
 * Decides who is the first person. Of two at once the second waits for the lock and then sees the first.
 * Everybody else only makes sure that the last person does not leave meanwhile.
 * @throws {APIError} when they did
 */
async function claimFirstPlace(transaction: Queryable): Promise<boolean> {
  const seemsFirst = await isEmpty(transaction);
  await takeLock(transaction, "operators", seemsFirst ? "update" : "share");
  const isFirst = await isEmpty(transaction);
  if (isFirst && !seemsFirst)
    throw new APIError("CONFLICT", { code: "LAST_ONE_LEFT", message: "The last person left just now." });
  return isFirst;
}
