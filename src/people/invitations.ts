/** Invitations: bound to one mail address, for one use within seven days, stored only as hashes. */
import { and, desc, eq, gt, isNull } from "drizzle-orm";
import type { Queryable } from "../database/open.ts";
import { invitations } from "../database/schema.ts";
import { say } from "../words/words.ts";
import type { Newcomer } from "./admission.ts";
import { recordEvent } from "./audit.ts";
import { hasAccount } from "./directory.ts";
import { INVITATION_DAYS, invitationLetter, invitationLink } from "./letters.ts";
import { MailError } from "./mail.ts";
import type { PeopleRuntime, Refusal } from "./people.ts";
import { hashSecret, makeSecret } from "./secrets.ts";

const DAY_MILLISECONDS = 86_400_000;
const MOST_LISTED = 100;

export interface Invitation {
  /** Shown once: the database keeps only a hash of its secret. */
  readonly link: string;
  /** False: hand the link over yourself. */
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
  const link = invitationLink(runtime.config, await createInvitation(runtime, email, inviter));
  return { link, mailed: await mailInvitation(runtime, email, link) };
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

async function mailInvitation(runtime: PeopleRuntime, to: string, link: string): Promise<boolean> {
  if (!runtime.mailer.available) return false;
  try {
    await runtime.mailer.send(invitationLetter(runtime.config, { to, link }));
    return true;
  } catch (error) {
    if (!(error instanceof MailError)) throw error;
    runtime.log.error({ problem: error.message }, "An invitation could not be mailed.");
    return false;
  }
}

export interface OpenInvitation {
  readonly id: string;
  readonly email: string;
  readonly expiresAt: Date;
}

/** Those that nobody took yet, the newest first. */
export async function listInvitations({ database, now }: PeopleRuntime): Promise<OpenInvitation[]> {
  return await database
    .select({ id: invitations.id, email: invitations.email, expiresAt: invitations.expiresAt })
    .from(invitations)
    .where(isOpen(now()))
    .orderBy(desc(invitations.createdAt))
    .limit(MOST_LISTED);
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

/** The mail address that an open invitation is for; looking does not use it up. */
export async function findInvitedAddress(
  runtime: PeopleRuntime,
  secret: string,
): Promise<string | undefined> {
  const [found] = await runtime.database
    .select({ email: invitations.email })
    .from(invitations)
    .where(and(eq(invitations.tokenHash, hashSecret(secret)), isOpen(runtime.now())));
  return found?.email;
}

/** Whether a mail address is invited, without regard to who holds the link. */
export async function isInvited(runtime: PeopleRuntime, email: string): Promise<boolean> {
  const found = await runtime.database
    .select({ id: invitations.id })
    .from(invitations)
    .where(and(eq(invitations.email, email), isOpen(runtime.now())))
    .limit(1);
  return found.length > 0;
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
        isOpen(now),
        ...(invitation === undefined ? [] : [eq(invitations.tokenHash, hashSecret(invitation))]),
      ),
    )
    .returning({ id: invitations.id });
  return accepted.length > 0;
}

function isOpen(now: Date) {
  return and(isNull(invitations.acceptedAt), gt(invitations.expiresAt, now));
}
