/** Whether somebody is invited, and by which link. */
import { and, eq, gt, isNull } from "drizzle-orm";
import { invitations } from "../../database/schema.ts";
import type { PeopleRuntime } from "../people.ts";
import { hashSecret } from "../secrets.ts";

/** The mail address that an open invitation is for; looking does not use it up. */
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

/** Whether a mail address is invited, without regard to who holds the link. */
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

/** Nobody took it yet, and it is not over. */
export function isOpenInvitation(now: Date) {
  return and(isNull(invitations.acceptedAt), gt(invitations.expiresAt, now));
}
