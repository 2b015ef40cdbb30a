/** Who did what with logins, when and from where. */
import type { Queryable } from "../database/open.ts";
import { auditEvents } from "../database/schema.ts";

export interface PeopleEvent {
  readonly action:
    | "person.signed-up"
    | "person.signed-in"
    | "person.signed-out"
    | "person.signed-out-everywhere"
    | "person.password-changed"
    | "person.password-reset"
    | "person.invited";
  /** Who did it; absent when it was done at the command line. */
  readonly userId?: string | undefined;
  /** To whom: a person's id, or the invited mail address. */
  readonly subject: string;
  readonly ipAddress?: string | undefined;
}

export async function recordEvent(database: Queryable, event: PeopleEvent): Promise<void> {
  await database.insert(auditEvents).values(event);
}
