/** Who did what, when and from where. */
import type { Queryable } from "../database/open.ts";
import { auditEvents } from "../database/schema.ts";

export interface AuditEvent {
  readonly action:
    | `person.${"signed-up" | "signed-in" | "signed-out" | "signed-out-everywhere" | "invited"}`
    | `person.${"password-changed" | "password-reset" | "renamed" | "mail-changed" | "session-ended" | "deleted"}`
    | `person.${"second-factor-on" | "second-factor-off" | "recovery-codes-renewed"}`
    | `person.${"passkey-added" | "passkey-removed" | "blocked" | "unblocked" | "role-changed"}`
    | `settings.${string}`
    | `${"connection" | "share"}.${string}`;
  /** Who did it; absent when it was done at the command line. */
  readonly userId?: string | undefined;
  /** To what: an id, or an invited mail address. */
  readonly subject: string;
  readonly ipAddress?: string | undefined;
}

export async function recordEvent(database: Queryable, event: AuditEvent): Promise<void> {
  await database.insert(auditEvents).values(event);
}
