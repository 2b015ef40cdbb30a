/** Runs what a person does with their own data: one act at a time, and none once they are blocked or gone. */
import { eq } from "drizzle-orm";
import type { Database, Queryable } from "../database/open.ts";
import { transactRepeatedly } from "../database/repeated.ts";
import { users } from "../database/schema.ts";
import { say, type Told } from "../words/words.ts";

/** The person was blocked or deleted while they acted; nothing was done. */
export class Barred extends Error {
  override name = "Barred";
  /** The message in a form that can be translated. */
  readonly told: Told;

  constructor(told: Told, message: string) {
    super(message);
    this.told = told;
  }
}

/**
 * The end of each person's last act in this process: the next one waits for it without holding a database
 * connection.
 */
const lastActs = new WeakMap<Database, Map<string, Promise<void>>>();

async function inTurn<T>(database: Database, personId: string, act: () => Promise<T>): Promise<T> {
  const ends = lastActs.get(database) ?? new Map<string, Promise<void>>();
  lastActs.set(database, ends);
  const mine = (ends.get(personId) ?? Promise.resolve()).then(act);
  const end = mine.then(
    () => {},
    () => {},
  );
  ends.set(personId, end);
  try {
    return await mine;
  } finally {
    if (ends.get(personId) === end) ends.delete(personId);
  }
}

/**
 * Runs `act` for a person in a transaction that locks their row first, so that two acts of one person never
 * overlap and a block or deletion waits. It takes that row before all others (docs/architecture.md, locks).
 * @param act touches nothing but the database, since it may run more than once
 * @throws {Barred} when the person is blocked or deleted
 */
export async function actAs<T>(
  { database }: { readonly database: Database },
  person: { readonly id: string },
  act: (transaction: Queryable) => Promise<T>,
): Promise<T> {
  const acting = async (transaction: Queryable) => {
    const [actor] = await transaction
      .select({ blockedAt: users.blockedAt })
      .from(users)
      .where(eq(users.id, person.id))
      .for("no key update");
    if (actor === undefined) throw new Barred(say("This account was deleted."), "The person left.");
    if (actor.blockedAt !== null)
      throw new Barred(
        say("This account is blocked. Contact the operator of this service."),
        "The person is blocked.",
      );
    return await act(transaction);
  };
  return await inTurn(database, person.id, () => transactRepeatedly(database, acting));
}
