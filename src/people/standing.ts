/** Who may come in, who runs the service, and leaving it for good. */
import { and, count, eq, isNull, ne } from "drizzle-orm";
import { sessions, users } from "../database/schema.ts";
import { say } from "../words/words.ts";
import { recordEvent } from "./audit.ts";
import type { PeopleRuntime, Person, Refusal, Visitor } from "./people.ts";

type Actor = Pick<Person, "id">;

/** Ends all their sessions; they cannot begin another. */
export async function block(
  runtime: PeopleRuntime,
  actor: Actor,
  { ipAddress }: Visitor,
  personId: string,
): Promise<"done" | "not-found" | Refusal> {
  if (actor.id === personId) return { problem: say("You cannot block yourself.") };
  return await runtime.database.transaction(async (transaction) => {
    const blocked = await transaction
      .update(users)
      .set({ blockedAt: runtime.now() })
      .where(and(eq(users.id, personId), isNull(users.blockedAt)))
      .returning({ id: users.id });
    if (blocked.length === 0) return "not-found";
    await transaction.delete(sessions).where(eq(sessions.userId, personId));
    await recordEvent(transaction, {
      ...{ userId: actor.id, subject: personId, ipAddress },
      action: "person.blocked",
    });
    return "done";
  });
}

export async function unblock(
  { database }: PeopleRuntime,
  actor: Actor,
  { ipAddress }: Visitor,
  personId: string,
): Promise<"done" | "not-found"> {
  const unblocked = await database
    .update(users)
    .set({ blockedAt: null })
    .where(eq(users.id, personId))
    .returning({ id: users.id });
  if (unblocked.length === 0) return "not-found";
  await recordEvent(database, {
    ...{ userId: actor.id, subject: personId, ipAddress },
    action: "person.unblocked",
  });
  return "done";
}

/** There is always an operator left. */
export async function giveRole(
  { database }: PeopleRuntime,
  actor: Actor,
  { ipAddress }: Visitor,
  { personId, role }: { personId: string; role: Person["role"] },
): Promise<"done" | "not-found" | Refusal> {
  return await database.transaction(async (transaction) => {
    // All operators are locked, so that two who step down at once do not both go.
    const operators = await transaction
      .select({ id: users.id })
      .from(users)
      .where(and(eq(users.role, "operator"), isNull(users.blockedAt)))
      .for("update");
    if (role === "person" && operators.every(({ id }) => id === personId))
      return { problem: say("Somebody has to run this service: make another person operator first.") };
    const changed = await transaction
      .update(users)
      .set({ role })
      .where(eq(users.id, personId))
      .returning({ id: users.id });
    if (changed.length === 0) return "not-found";
    await recordEvent(transaction, {
      ...{ userId: actor.id, subject: personId, ipAddress },
      action: "person.role-changed",
    });
    return "done";
  });
}

/** Whether the service would be left without anybody who runs it. */
export async function isNeeded({ database }: PeopleRuntime, person: Person): Promise<boolean> {
  if (person.role !== "operator") return false;
  const others = await database
    .select({ role: users.role, number: count() })
    .from(users)
    .where(and(ne(users.id, person.id), isNull(users.blockedAt)))
    .groupBy(users.role);
  return others.length > 0 && !others.some(({ role }) => role === "operator");
}

/** With all that is theirs: sessions, accounts, shares. Their connections are ended before, where the networks are told. */
export async function deletePerson(
  { database }: PeopleRuntime,
  { id }: Pick<Person, "id">,
  { ipAddress }: Visitor,
): Promise<void> {
  await database.transaction(async (transaction) => {
    await transaction.delete(users).where(eq(users.id, id));
    // By nobody: the row that it would name is gone.
    await recordEvent(transaction, { action: "person.deleted", subject: id, ipAddress });
  });
}
