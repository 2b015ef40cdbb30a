/** Blocking, roles, and deleting an account. */
import { and, eq, isNull } from "drizzle-orm";
import { users } from "../database/schema.ts";
import { say } from "../words/words.ts";
import { recordEvent } from "./audit.ts";
import { endAllAccess } from "./ending.ts";
import { actAsOperator, keepAnOperator } from "./operators.ts";
import type { PeopleRuntime, Person, Refusal, Visitor } from "./people.ts";

type Actor = Pick<Person, "id">;
type StandingRuntime = Pick<PeopleRuntime, "database" | "now">;
/** Needed where shares and grants end too. */
type EndingRuntime = StandingRuntime & { readonly people: Pick<PeopleRuntime["people"], "belongings"> };

/** Blocks a person: ends their sessions and cancels what has not been sent. */
export async function block(
  { database, now, people }: EndingRuntime,
  actor: Actor,
  { ipAddress }: Visitor,
  personId: string,
): Promise<"done" | "not-found" | Refusal> {
  if (actor.id === personId) return { problem: say("You cannot block yourself.") };
  return await actAsOperator(database, actor, async (transaction) => {
    const blocked = await transaction
      .update(users)
      .set({ blockedAt: now() })
      .where(and(eq(users.id, personId), isNull(users.blockedAt)))
      .returning({ id: users.id });
    if (blocked.length === 0) return "not-found";
    await people.belongings.stopShares(transaction, { id: personId });
    await endAllAccess(transaction, personId, now());
    await recordEvent(transaction, {
      ...{ userId: actor.id, subject: personId, ipAddress },
      action: "person.blocked",
    });
    return "done";
  });
}

/** Unblocks a person. */
export async function unblock(
  { database }: StandingRuntime,
  actor: Actor,
  { ipAddress }: Visitor,
  personId: string,
): Promise<"done" | "not-found" | Refusal> {
  return await actAsOperator(database, actor, async (transaction) => {
    const unblocked = await transaction
      .update(users)
      .set({ blockedAt: null })
      .where(eq(users.id, personId))
      .returning({ id: users.id });
    if (unblocked.length === 0) return "not-found";
    await recordEvent(transaction, {
      ...{ userId: actor.id, subject: personId, ipAddress },
      action: "person.unblocked",
    });
    return "done";
  });
}

/** Changes a person's role. The last operator keeps theirs. */
export async function giveRole(
  { database }: StandingRuntime,
  actor: Actor,
  { ipAddress }: Visitor,
  { personId, role }: { personId: string; role: Person["role"] },
): Promise<"done" | "not-found" | Refusal> {
  return await actAsOperator(database, actor, async (transaction) => {
    const [asked] = await transaction
      .select({ isProven: users.emailVerified })
      .from(users)
      .where(eq(users.id, personId));
    if (role === "operator" && asked?.isProven === false)
      return {
        problem: say(
          "They first have to verify their email address, with a sign-in link or with a password reset link that you give them.",
        ),
      };
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

/**
 * Makes somebody operator from the command line, and unblocks them.
 * @returns their role before, or why nothing was changed
 */
export async function makeOperator(
  { database }: StandingRuntime,
  personId: string,
): Promise<{ readonly was: Person["role"] | "blocked" } | "not-found" | "unproven" | Refusal> {
  return await keepAnOperator(database, async (transaction) => {
    const [before] = await transaction
      .select({ role: users.role, blockedAt: users.blockedAt, isProven: users.emailVerified })
      .from(users)
      .where(eq(users.id, personId))
      .for("update");
    if (before === undefined) return "not-found";
    // A stranger may have made the account, while the address belongs to somebody else.
    if (!before.isProven) return "unproven";
    await transaction.update(users).set({ role: "operator", blockedAt: null }).where(eq(users.id, personId));
    if (before.blockedAt !== null)
      await recordEvent(transaction, { action: "person.unblocked", subject: personId });
    if (before.role !== "operator")
      await recordEvent(transaction, { action: "person.role-changed", subject: personId });
    return { was: before.blockedAt === null ? before.role : "blocked" } as const;
  });
}

/**
 * Deletes a person with everything that is theirs. Shares that have not been sent are cancelled, and workers
 * revoke their grants. The only operator cannot leave while others have accounts.
 * @returns the secret of the page that shows how many grants are revoked
 */
export async function deletePerson(
  { database, now, people }: EndingRuntime,
  person: Pick<Person, "id">,
  { ipAddress }: Visitor,
): Promise<{ readonly departure: string } | "not-found" | Refusal> {
  const { id } = person;
  const done = await keepAnOperator(database, async (transaction) => {
    // Their own row is locked before those of their connections and shares, as when they share.
    const found = await transaction
      .select({ id: users.id })
      .from(users)
      .where(eq(users.id, id))
      .for("update");
    if (found.length === 0) return "not-found";
    const departure = await people.belongings.handOverGrants(transaction, person, ipAddress);
    await people.belongings.stopShares(transaction, person);
    await endAllAccess(transaction, id, now());
    await transaction.delete(users).where(eq(users.id, id));
    await recordEvent(transaction, { action: "person.deleted", userId: id, subject: id, ipAddress });
    return { departure };
  });
  if (typeof done === "string" || "departure" in done) return done;
  return {
    problem: say(
      "You are the only operator, and other people use this service. First make one of them operator, under People.",
    ),
  };
}
