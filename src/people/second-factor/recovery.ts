/** How the operator helps somebody who cannot sign in any more. */
import { and, eq } from "drizzle-orm";
import { users } from "../../database/schema.ts";
import { recordEvent } from "../audit.ts";
import { endPendingAccess } from "../ending.ts";
import { passwordLink } from "../mail/letters.ts";
import { mailSecurityEvent } from "../mail/security-letters.ts";
import { makeResetToken } from "../password/password-links.ts";
import type { PeopleRuntime } from "../people.ts";
import { forgetSecondFactor } from "./second-factor-secrets.ts";

/** The operator; left out for the command line. */
interface Actor {
  readonly userId: string;
  readonly ipAddress: string | undefined;
}

/**
 * Creates a link to choose a new password, for people who get no email.
 * @returns the link, which works once, for `PASSWORD_RESET_MINUTES`
 */
export async function makePasswordLink(runtime: PeopleRuntime, personId: string): Promise<string> {
  const token = await makeResetToken(runtime, personId);
  await recordEvent(runtime.database, { action: "person.password-link-made", subject: personId });
  return passwordLink(runtime.config, { token, next: "/social/" });
}

/** Turns off a person's two-step sign-in. Their sessions stay. */
export async function removeSecondFactor(
  runtime: PeopleRuntime,
  personId: string,
  actor?: Actor,
): Promise<"done" | "not-found"> {
  const outcome = await runtime.database.transaction(async (transaction) => {
    const [found] = await transaction
      .select({ id: users.id })
      .from(users)
      .where(and(eq(users.id, personId), eq(users.twoFactorEnabled, true)))
      .for("update");
    if (found === undefined) return "not-found";
    await forgetSecondFactor(transaction, personId);
    await endPendingAccess(transaction, personId, runtime.now());
    await recordEvent(transaction, { ...actor, action: "person.second-factor-removed", subject: personId });
    return "done";
  });
  if (outcome === "done")
    mailSecurityEvent(runtime, undefined, { userId: personId, event: "person.second-factor-removed" });
  return outcome;
}
