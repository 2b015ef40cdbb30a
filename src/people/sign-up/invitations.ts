/** Invitations: for one email address, valid once within seven days, stored only as hashes. */
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
  /** Shown once, since the database stores only a hash of its secret. */
  readonly link: string;
  /** Whether the link was emailed. False: the operator has to hand it over. */
  readonly mailed: boolean;
}

/** The operator who invites; left out for the command line. */
export interface Inviter {
  readonly userId: string;
  readonly ipAddress: string | undefined;
}

/**
 * Invites the owner of an email address, and emails the link where email works. Replaces an earlier invitation.
 * @param email in lower case, as `emailShape` makes it
 */
export async function invite(
  runtime: PeopleRuntime,
  email: string,
  inviter?: Inviter,
): Promise<Invitation | Refusal> {
  if (runtime.config.signUp === "closed") {
    return {
      problem: say("Sign-up is closed. First allow invitations, under Admin, Settings."),
    };
  }
  if (await hasAccount(runtime, email)) return { problem: say("{email} already has an account.", { email }) };
  const secret = await createInvitation(runtime, email, inviter);
  const link = invitationLink(runtime.config, secret);
  if (!runtime.mailer.available) return { link, mailed: false };
  await postLetter(runtime, { kind: "invitation", to: email, secret });
  return { link, mailed: true };
}

/** Stores an invitation. @returns the secret for its link */
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
  /** The mail server's code, if it refused the letter for good: "EENVELOPE 550". */
  readonly refusal: string | undefined;
}

/** Open invitations, newest first. */
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

/** Revokes an invitation. */
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

/** Uses up a newcomer's invitation, found by its secret or by their proved address. */
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
