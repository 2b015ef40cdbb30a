/** What somebody does with what is theirs: one act at a time, and none once they are blocked or gone. */
import { eq } from "drizzle-orm";
import type { Database, Queryable } from "../database/open.ts";
import { transactRepeatedly } from "../database/repeated.ts";
import { users } from "../database/schema.ts";
import { say, type Told } from "../words/words.ts";

/** They were blocked, or left, while they acted: nothing was done. */
export class Barred extends Error {
  override name = "Barred";
  /** The message, to be put into the reader's words. */
  readonly told: Told;

  constructor(told: Told, message: string) {
    super(message);
    this.told = told;
  }
}

/** The ends of people's last acts in this process: the next one waits for it without a connection that others need. */
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
 * Does something for a person in a transaction of its own that holds their row from its beginning. So two acts of one
 * person never overlap: what `act` reads is what every act before it left. A block and a leaving wait for it, or it is
 * not done. It takes that row before all others (docs/architecture.md, locks).
 * @param act touches nothing but the database: it may run more than once
 * @throws {Barred}
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
    if (actor === undefined) throw new Barred(say("This account is deleted."), "The person left.");
    if (actor.blockedAt !== null)
      throw new Barred(
        say("This account is blocked. Ask whoever runs this service."),
        "The person is blocked.",
      );
    return await act(transaction);
  };
  return await inTurn(database, person.id, () => transactRepeatedly(database, acting));
}
