/** The audit log: who did what, when and from where. */
import type { Queryable } from "../database/open.ts";
import { auditEvents } from "../database/schema.ts";
import { say } from "../words/words.ts";

/** Every action that is recorded, as people read it. */
export const auditWords = {
  "person.signed-up": say("Created an account"),
  "person.signed-in": say("Signed in"),
  "person.sign-in-failed": say("Failed to sign in"),
  "person.code-failed": say("Entered a wrong code"),
  "person.password-failed": say("Entered a wrong password while signed in"),
  "person.link-failed": say("Used a link that is wrong or has expired"),
  "person.turned-away": say("Was refused: blocked or not invited"),
  "person.limit-reached": say("Tried too often and has to wait"),
  "person.refusals-left-out": say("More attempts were refused than are listed here"),
  "form.refused": say("Sent a form from another site"),
  "person.signed-out": say("Signed out"),
  "person.signed-out-everywhere": say("Signed out everywhere"),
  "person.session-ended": say("Ended one of their sessions"),
  "person.invited": say("Invited somebody"),
  "person.invitation-taken-back": say("Revoked an invitation"),
  "person.renamed": say("Changed their name"),
  "person.mail-changed": say("Changed their email address"),
  "person.address-proved": say("Verified their email address"),
  "person.account-claimed": say(
    "Verified an email address, which deleted the account that somebody else had made with it",
  ),
  "person.provider-linked": say("Linked their account at the identity provider"),
  "person.recovery-code-used": say("Signed in with a recovery code"),
  "person.password-changed": say("Changed their password"),
  "person.password-reset": say("Set a new password by email"),
  "person.second-factor-on": say("Turned two-step sign-in on"),
  "person.second-factor-off": say("Turned two-step sign-in off"),
  "person.recovery-codes-renewed": say("Created new recovery codes"),
  "person.passkey-added": say("Added a passkey"),
  "person.passkey-removed": say("Removed a passkey"),
  "person.blocked": say("Blocked somebody"),
  "person.unblocked": say("Unblocked somebody"),
  "person.role-changed": say("Changed somebody’s role"),
  "person.second-factor-removed": say("Turned off somebody’s two-step sign-in"),
  "person.password-link-made": say("Created a password reset link for somebody"),
  "person.deleted": say("Deleted their account"),
  "audit.removed": say("Removed audit log entries past their retention period"),
  "settings.changed": say("Changed a setting"),
  "service.restored": say("Sharewell noticed that its database was restored to an earlier state"),
  "connection.created": say("Connected an account"),
  "connection.renewed": say("Reconnected an account"),
  "connection.revoked": say("Disconnected an account"),
  "connection.grant-ended": say("Our access at the network was revoked"),
  "connection.grant-left": say("Our access at the network could not be revoked"),
  "connection.deauthorized": say("Removed the app at the network"),
  "connection.forgotten": say("Asked the network to have their data deleted"),
  "share.requested": say("Shared a page"),
  "share.changed": say("Changed a scheduled share"),
  "share.cancelled": say("Cancelled a share"),
  "share.deleted": say("Deleted a post"),
  "share.resolved": say("Reported the result of a share"),
} as const;

export type AuditAction = keyof typeof auditWords;

/** Actions that were refused, mostly attempts by strangers. */
export const refusedActions = [
  "person.sign-in-failed",
  "person.code-failed",
  "person.password-failed",
  "person.link-failed",
  "person.turned-away",
  "person.limit-reached",
  "form.refused",
] as const satisfies readonly AuditAction[];

/**
 * Prefix of a subject that is no person here; a keyed hash of what was typed follows, so that equal input is
 * recognizable.
 */
export const NOBODY = "nobody-";

export interface AuditEvent {
  readonly action: AuditAction;
  /** Who did it; left out for the command line. */
  readonly userId?: string | undefined;
  /** What it was done to: an id, an invited email address, or the name of a setting or a limit. */
  readonly subject: string;
  readonly ipAddress?: string | undefined;
}

/** Records one action, in the caller's transaction. */
export async function recordEvent(database: Queryable, event: AuditEvent): Promise<void> {
  await database.insert(auditEvents).values(event);
}

/** Well below PostgreSQL's limit of 65,535 values in one statement. */
const MOST_AT_ONCE = 1_000;

/** Records the same action for many subjects. */
export async function recordEvents(
  database: Queryable,
  { subjects, ...event }: Omit<AuditEvent, "subject"> & { readonly subjects: readonly string[] },
): Promise<void> {
  for (let from = 0; from < subjects.length; from += MOST_AT_ONCE) {
    const some = subjects.slice(from, from + MOST_AT_ONCE);
    await database.insert(auditEvents).values(some.map((subject) => ({ ...event, subject })));
  }
}
