/** The way back in for somebody who lost what they prove themselves with, opened by whoever runs the service. */
import { and, eq } from "drizzle-orm";
import { twoFactors, users } from "../database/schema.ts";
import { recordEvent } from "./audit.ts";
import { PASSWORD_RESET_MINUTES, passwordLink } from "./letters.ts";
import type { PeopleRuntime } from "./people.ts";
import { makeSecret, RESET_PREFIX } from "./secrets.ts";

/** Who opens the way: the operator, signed in; absent at the command line. */
interface Actor {
  readonly userId: string;
  readonly ipAddress: string | undefined;
}

/** For where no mail arrives. @returns a link to choose a new password: works once, for `PASSWORD_RESET_MINUTES` */
export async function makePasswordLink(runtime: PeopleRuntime, personId: string): Promise<string> {
  const token = makeSecret();
  const auth = await runtime.people.auth();
  const { internalAdapter } = await auth.context;
  await internalAdapter.createVerificationValue({
    value: personId,
    identifier: `${RESET_PREFIX}${token}`,
    expiresAt: new Date(runtime.now().getTime() + PASSWORD_RESET_MINUTES * 60_000),
  });
  await recordEvent(runtime.database, { action: "person.password-link-made", subject: personId });
  return passwordLink(runtime.config, { token, next: "/social/" });
}

/** The password alone is enough again. */
export async function removeSecondFactor(
  { database }: Pick<PeopleRuntime, "database">,
  personId: string,
  actor?: Actor,
): Promise<"done" | "not-found"> {
  return await database.transaction(async (transaction) => {
    const changed = await transaction
      .update(users)
      .set({ twoFactorEnabled: false })
      .where(and(eq(users.id, personId), eq(users.twoFactorEnabled, true)))
      .returning({ id: users.id });
    if (changed.length === 0) return "not-found";
    await transaction.delete(twoFactors).where(eq(twoFactors.userId, personId));
    await recordEvent(transaction, { ...actor, action: "person.second-factor-removed", subject: personId });
    return "done";
  });
}
