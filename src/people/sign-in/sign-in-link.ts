/** Signing in by an emailed link, which works once, for a quarter of an hour. */
import { eq } from "drizzle-orm";
import { z } from "zod";
import type { Queryable } from "../../database/open.ts";
import { users, verifications } from "../../database/schema.ts";
import { hasAccount } from "../directory.ts";
import { postLetter } from "../mail/send-letters.ts";
import {
  browserHeaders,
  type FirstStepResult,
  IS_BLOCKED,
  LINK_OVER,
  type PeopleRuntime,
  type Refusal,
  type Visitor,
} from "../people.ts";
import { hashSecret } from "../secrets.ts";
import { prepareProof, proveAddress } from "../sign-up/address-proof.ts";
import { finishFirstStep } from "./first-step.ts";
import { holdBack } from "./hold-back.ts";
import { BLOCKED } from "./refusal-codes.ts";

async function lockAddress(transaction: Queryable, email: string): Promise<void> {
  await transaction.select({ id: users.id }).from(users).where(eq(users.email, email)).for("update");
}

const valueShape = z.string().transform((text) => z.object({ email: z.string() }).parse(JSON.parse(text)));

/**
 * Mails a sign-in link. Takes the same time and answers the same for every address; only people who have an
 * account or may get one get a letter.
 */
export async function sendSignInLink(
  runtime: PeopleRuntime,
  visitor: Visitor,
  { email, next }: { email: string; next: string },
): Promise<Refusal | undefined> {
  const wait = await holdBack(runtime, "sign-in-link", visitor, { mail: email });
  if (wait !== undefined) return wait;
  await postLetter(runtime, { kind: "sign-in-link", to: email, next });
  return undefined;
}

/**
 * The address that a link signs in, as long as it is valid. Reading does not use it up, since email scanners
 * open links before people do.
 */
export async function readSignInLink(
  runtime: PeopleRuntime,
  token: string,
): Promise<{ email: string } | undefined> {
  const [found] = await runtime.database
    .select()
    .from(verifications)
    .where(eq(verifications.identifier, hashSecret(token)));
  return found !== undefined && found.expiresAt > runtime.now() ? valueShape.parse(found.value) : undefined;
}

/** Signs somebody in by an emailed link, creating their account if they have none. */
export async function signInByLink(
  runtime: PeopleRuntime,
  visitor: Visitor,
  token: string,
): Promise<FirstStepResult> {
  const { headers, ipAddress } = visitor;
  const wait = await holdBack(runtime, "link-use", visitor);
  if (wait !== undefined) return wait;
  const link = await readSignInLink(runtime, token);
  const known = link !== undefined && (await hasAccount(runtime, link.email));
  const proof = link && (await prepareProof(runtime, visitor, link.email));
  const auth = await runtime.people.auth();
  const attempt = await auth.attempt(() =>
    auth.atomically(async (transaction) => {
      // Waits for an ending of all access before the link is checked.
      if (link !== undefined) await lockAddress(transaction, link.email);
      if (proof !== undefined) await proveAddress(runtime, transaction, proof, { ipAddress });
      return auth.api.magicLinkVerify({
        query: { token },
        headers: browserHeaders(headers),
        returnHeaders: true,
      });
    }),
  );
  if ("refused" in attempt) {
    const isBlocked = attempt.refused === BLOCKED;
    const failure = isBlocked ? "person.turned-away" : "person.link-failed";
    runtime.people.refusals.record({ action: failure, ipAddress, mail: link?.email });
    return { problem: isBlocked ? IS_BLOCKED : LINK_OVER };
  }
  const action = known ? "person.signed-in" : "person.signed-up";
  return await finishFirstStep(runtime, visitor, attempt.done, action);
}
