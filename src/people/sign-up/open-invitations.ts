/** Looks up open invitations. */
import { and, eq, gt, isNull } from "drizzle-orm";
import { invitations } from "../../database/schema.ts";
import type { PeopleRuntime } from "../people.ts";
import { hashSecret } from "../secrets.ts";

/** The email address of an open invitation. Reading does not use it up. */
export async function findInvitedAddress(
  runtime: Pick<PeopleRuntime, "database" | "now">,
  secret: string,
): Promise<string | undefined> {
  const [found] = await runtime.database
    .select({ email: invitations.email })
    .from(invitations)
    .where(and(eq(invitations.tokenHash, hashSecret(secret)), isOpenInvitation(runtime.now())));
  return found?.email;
}

/** Whether there is an open invitation for an email address. */
export async function isInvited(
  runtime: Pick<PeopleRuntime, "database" | "now">,
  email: string,
): Promise<boolean> {
  const found = await runtime.database
    .select({ id: invitations.id })
    .from(invitations)
    .where(and(eq(invitations.email, email), isOpenInvitation(runtime.now())))
    .limit(1);
  return found.length > 0;
}

/** The condition for open invitations: not accepted and not expired. */
export function isOpenInvitation(now: Date) {
  return and(isNull(invitations.acceptedAt), gt(invitations.expiresAt, now));
}
