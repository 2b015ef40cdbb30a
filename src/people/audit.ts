/** Who did what, when and from where. */
import type { Queryable } from "../database/open.ts";
import { auditEvents } from "../database/schema.ts";
import { say } from "../words/words.ts";

/** Everything that is recorded, in words. */
export const auditWords = {
  "person.signed-up": say("Made an account"),
  "person.signed-in": say("Signed in"),
  "person.signed-out": say("Signed out"),
  "person.signed-out-everywhere": say("Signed out everywhere"),
  "person.session-ended": say("Ended one of their sessions"),
  "person.invited": say("Invited somebody"),
  "person.invitation-taken-back": say("Took an invitation back"),
  "person.renamed": say("Changed their name"),
  "person.mail-changed": say("Changed their mail address"),
  "person.password-changed": say("Changed their password"),
  "person.password-reset": say("Set a new password by mail"),
  "person.second-factor-on": say("Turned two-step sign-in on"),
  "person.second-factor-off": say("Turned two-step sign-in off"),
  "person.recovery-codes-renewed": say("Made new recovery codes"),
  "person.passkey-added": say("Added a passkey"),
  "person.passkey-removed": say("Removed a passkey"),
  "person.blocked": say("Blocked somebody"),
  "person.unblocked": say("Unblocked somebody"),
  "person.role-changed": say("Changed somebody’s role"),
  "person.second-factor-removed": say("Turned off somebody’s two-step sign-in"),
  "person.password-link-made": say("Made somebody a link to a new password"),
  "person.deleted": say("Deleted their account"),
  "settings.changed": say("Changed a setting"),
  "connection.created": say("Connected an account"),
  "connection.renewed": say("Reconnected an account"),
  "connection.revoked": say("Disconnected an account"),
  "connection.deauthorized": say("Removed the app at the network"),
  "connection.forgotten": say("Asked the network to be forgotten"),
  "share.requested": say("Shared a page"),
  "share.changed": say("Changed a scheduled share"),
  "share.cancelled": say("Cancelled a share"),
  "share.deleted": say("Deleted a post"),
  "share.resolved": say("Said what became of a share"),
} as const;

export type AuditAction = keyof typeof auditWords;

export interface AuditEvent {
  readonly action: AuditAction;
  /** Who did it; absent when it was done at the command line. */
  readonly userId?: string | undefined;
  /** To what: an id, or an invited mail address. */
  readonly subject: string;
  readonly ipAddress?: string | undefined;
}

export async function recordEvent(database: Queryable, event: AuditEvent): Promise<void> {
  await database.insert(auditEvents).values(event);
}
