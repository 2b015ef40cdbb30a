/**
 * The single statement that an idle process sends every few seconds to learn whether there is anything to do. Anything that must
 * be checked regularly adds a question to it, instead of a statement and a timer of its own.
 */
import { type SQL, sql } from "drizzle-orm";
import type { Database } from "./open.ts";

export interface Question {
  /** The expression for a column of the statement. It may use `present`. */
  readonly value: SQL;
  /** Called when the statement is sent. @returns a function that is called with the raw answer */
  ask(): (answer: unknown) => void;
}

export interface Pulse {
  /** Adds a question from the next statement on. @returns a function that removes it */
  add(question: Question): () => void;
  /** Sends the statement at this time if its next regular time is later. */
  noLaterThan(moment: Date): void;
  close(): void;
}

/** The time of the process when the statement is sent. */
export const present = sql`${sql.placeholder("present")}::timestamptz`;

/** An SQL interval. */
export function span(milliseconds: number): SQL {
  return sql`interval '1 millisecond' * ${sql.raw(String(milliseconds))}`;
}

/** Starts sending the statement. @param everyMs the pause between an answer and the next statement, in milliseconds */
export function startPulse(
  database: Database,
  { everyMs, now, onFailure }: { everyMs: number; now: () => Date; onFailure: (error: unknown) => void },
): Pulse {
  const questions = new Set<Question>();
  let statement: ReturnType<typeof prepare> | undefined;
  let versions = 0;
  let timer: NodeJS.Timeout | undefined;
  let restsUntil = Infinity;
  let isClosed = false;

  function prepare() {
    versions += 1;
    const asked = [...questions];
    const columns = Object.fromEntries(asked.map(({ value }, index) => [`q${index}`, sql`(${value})`]));
    // Each set of questions gets a new name, so that a connection plans it once.
    const prepared = database.select(columns).from(sql`(select 1) as here`).prepare(`pulse_${versions}`);
    return { asked, prepared };
  }

  async function ask(): Promise<void> {
    if (questions.size === 0) return;
    statement ??= prepare();
    const { asked, prepared } = statement;
    const takers = asked.map((question) => question.ask());
    const [row] = await prepared.execute({ present: now().toISOString() });
    for (const [index, take] of takers.entries()) take(row?.[`q${index}`]);
  }

  function rest(ms: number): void {
    if (isClosed) return;
    clearTimeout(timer);
    restsUntil = now().getTime() + ms;
    timer = setTimeout(() => {
      restsUntil = -Infinity;
      void ask()
        .catch(onFailure)
        .finally(() => rest(everyMs));
    }, ms);
    timer.unref();
  }

  rest(everyMs);
  return {
    add(question) {
      questions.add(question);
      statement = undefined;
      return () => {
        questions.delete(question);
        statement = undefined;
      };
    },
    noLaterThan(moment) {
      if (moment.getTime() < restsUntil) rest(Math.max(0, moment.getTime() - now().getTime()));
    },
    close() {
      isClosed = true;
      clearTimeout(timer);
    },
  };
}
