/** Invitations: bound to one mail address, for one use within seven days, stored only as hashes. */
import { and, desc, eq, isNull } from "drizzle-orm";
import type { Queryable } from "../../database/open.ts";
import { invitations } from "../../database/schema.ts";
import { say } from "../../words/words.ts";
import { recordEvent } from "../audit.ts";
import { hasAccount } from "../directory.ts";
import { findRefusedInvitations } from "../mail/old-letters.ts";
import { postLetter } from "../mail/send-letters.ts";
import { INVITATION_DAYS, invitationLink } from "../mail/sign-up-letters.ts";
import type { PeopleRuntime, Refusal } from "../people.ts";
import { hashSecret, makeSecret } from "../secrets.ts";
import type { Newcomer } from "./admission.ts";
import { isOpenInvitation } from "./open-invitations.ts";

const DAY_MILLISECONDS = 86_400_000;
const MOST_LISTED = 100;

export interface Invitation {
  /** Shown once: the database keeps only a hash of its secret. */
  readonly link: string;
  /** It is on its way by mail. False: hand the link over yourself. */
  readonly mailed: boolean;
}

/** Who invites: the operator, signed in; absent at the command line. */
export interface Inviter {
  readonly userId: string;
  readonly ipAddress: string | undefined;
}

/**
 * Invites the owner of a mail address, and mails the link where mail works. An earlier invitation of theirs ends.
 * @param email in lower case, as `emailShape` makes it
 */
export async function invite(
  runtime: PeopleRuntime,
  email: string,
  inviter?: Inviter,
): Promise<Invitation | Refusal> {
  if (runtime.config.signUp === "closed") {
    return {
      problem: say("Sign-up is closed: let people in by invitation first, under Admin, Settings."),
    };
  }
  if (await hasAccount(runtime, email)) return { problem: say("{email} has an account already.", { email }) };
  const secret = await createInvitation(runtime, email, inviter);
  const link = invitationLink(runtime.config, secret);
  if (!runtime.mailer.available) return { link, mailed: false };
  await postLetter(runtime, { kind: "invitation", to: email, secret });
  return { link, mailed: true };
}

/** @returns the secret that its link carries */
export async function createInvitation(
  runtime: PeopleRuntime,
  email: string,
  inviter?: Inviter,
): Promise<string> {
  const secret = makeSecret();
  const expiresAt = new Date(runtime.now().getTime() + INVITATION_DAYS * DAY_MILLISECONDS);
  await runtime.database.transaction(async (transaction) => {
    await transaction
      .delete(invitations)
      .where(and(eq(invitations.email, email), isNull(invitations.acceptedAt)));
    const invitedBy = inviter?.userId;
    await transaction
      .insert(invitations)
      .values({ email, tokenHash: hashSecret(secret), invitedBy, expiresAt });
    await recordEvent(transaction, { action: "person.invited", ...inviter, subject: email });
  });
  return secret;
}

export interface OpenInvitation {
  readonly id: string;
  readonly email: string;
  readonly expiresAt: Date;
  /** What the mail server said when it refused its letter for good: "EENVELOPE 550". */
  readonly refusal: string | undefined;
}

/** Those that nobody took yet, the newest first. */
export async function listInvitations({ database, now }: PeopleRuntime): Promise<OpenInvitation[]> {
  const open = await database
    .select({ id: invitations.id, email: invitations.email, expiresAt: invitations.expiresAt })
    .from(invitations)
    .where(isOpenInvitation(now()))
    .orderBy(desc(invitations.createdAt))
    .limit(MOST_LISTED);
  const refusals = await findRefusedInvitations(
    database,
    open.map(({ email }) => email),
  );
  return open.map((invitation) => ({ ...invitation, refusal: refusals.get(invitation.email) }));
}

/** Its link works no longer. */
export async function takeBackInvitation(
  { database }: PeopleRuntime,
  by: Inviter,
  id: string,
): Promise<"done" | "not-found"> {
  return await database.transaction(async (transaction) => {
    const [gone] = await transaction
      .delete(invitations)
      .where(and(eq(invitations.id, id), isNull(invitations.acceptedAt)))
      .returning({ email: invitations.email });
    if (gone === undefined) return "not-found";
    await recordEvent(transaction, { action: "person.invitation-taken-back", ...by, subject: gone.email });
    return "done";
  });
}

/** Uses up the newcomer's invitation: by its secret, or because they proved that the invited address is theirs. */
export async function acceptInvitation(
  transaction: Queryable,
  newcomer: Newcomer,
  now: Date,
): Promise<boolean> {
  const { email, addressProven, invitation } = newcomer;
  if (invitation === undefined && !addressProven) return false;
  const accepted = await transaction
    .update(invitations)
    .set({ acceptedAt: now })
    .where(
      and(
        eq(invitations.email, email),
        isOpenInvitation(now),
        ...(invitation === undefined ? [] : [eq(invitations.tokenHash, hashSecret(invitation))]),
      ),
    )
    .returning({ id: invitations.id });
  return accepted.length > 0;
}
