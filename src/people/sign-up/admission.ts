/** Who may become a person of this service: decided here alone, in the transaction that creates them. */

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
  /** They came by a link that was mailed to this address. */
  readonly addressProven: boolean;
  /** The secret of an invitation, where they brought one. */
  readonly invitation: string | undefined;
  /** They come from the OpenID Connect provider, which may have a rule of its own. */
  readonly byProvider?: boolean;
}

export interface Admission {
  readonly role: Person["role"];
  readonly addressProven: boolean;
}

/** @throws {APIError} with BLOCKED, before a session of theirs begins */
export async function refuseBlocked(database: Queryable, userId: string): Promise<void> {
  const [found] = await database
    .select({ blockedAt: users.blockedAt })
    .from(users)
    .where(eq(users.id, userId));
  if (found?.blockedAt)
    throw new APIError("FORBIDDEN", { code: BLOCKED, message: "This account is blocked." });
}

/**
 * The first person is always admitted and is the operator.
 * @throws {APIError} with NOT_ADMITTED when sign-up is not open to this newcomer
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
 * Two first people at once meet at one lock: the second waits for the first's transaction, and then sees them. Others
 * only see to it that the last one here does not leave meanwhile.
 * @throws {APIError} when that one did: whoever comes next is the first
 */
async function claimFirstPlace(transaction: Queryable): Promise<boolean> {
  const seemsFirst = await isEmpty(transaction);
  await takeLock(transaction, "operators", seemsFirst ? "update" : "share");
  const isFirst = await isEmpty(transaction);
  if (isFirst && !seemsFirst)
    throw new APIError("CONFLICT", { code: "LAST_ONE_LEFT", message: "The last person left just now." });
  return isFirst;
}
