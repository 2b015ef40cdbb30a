/** Replaces a person's recovery codes. */
import { eq } from "drizzle-orm";
import { twoFactors } from "../../database/schema.ts";
import { recordEvent } from "../audit.ts";
import { isAccessCurrent } from "../ending.ts";
import { mailSecurityEvent } from "../mail/security-letters.ts";
import type { PeopleRuntime, Person, Refusal, Visitor } from "../people.ts";
import { refuseStranger } from "./check-password.ts";
import { hashRecoveryCodes, makeRecoveryCodes, replaceCodes } from "./recovery-codes.ts";
import { ENDED } from "./sign-in-by-code.ts";

/** Replaces all recovery codes of a person after checking the password. */
export async function renewRecoveryCodes(
  runtime: PeopleRuntime,
  person: Person,
  visitor: Visitor,
  password: string | undefined,
): Promise<{ readonly recoveryCodes: readonly string[] } | Refusal> {
  const refusal = await refuseStranger(runtime, person, visitor, password);
  if (refusal !== undefined) return refusal;
  const codes = makeRecoveryCodes();
  const { salt, hashes } = await hashRecoveryCodes(codes);
  const isRenewed = await runtime.database.transaction(async (transaction) => {
    if (!(await isAccessCurrent(transaction, person))) return false;
    await transaction.update(twoFactors).set({ recoverySalt: salt }).where(eq(twoFactors.userId, person.id));
    await replaceCodes(transaction, person.id, hashes);
    await recordEvent(transaction, {
      ...{ userId: person.id, subject: person.id, ipAddress: visitor.ipAddress },
      action: "person.recovery-codes-renewed",
    });
    return true;
  });
  if (!isRenewed) return { problem: ENDED };
  mailSecurityEvent(runtime, visitor, { userId: person.id, event: "person.recovery-codes-renewed" });
  return { recoveryCodes: codes };
}
