/**
 * The one statement that an idle process sends every few seconds to learn whether there is anything to do. Whatever has to
 * know something regularly adds a question to it, instead of a statement and a timer of its own.
 */
import { type SQL, sql } from "drizzle-orm";
import type { Database } from "./open.ts";

export interface Question {
  /** An expression for one value, which becomes a column of the statement. It may use `present`. */
  readonly value: SQL;
  /** Called when the statement is sent. @returns is called with the answer, as the driver gives it */
  ask(): (answer: unknown) => void;
}

export interface Pulse {
  /** Asks this as well, from the next statement on. @returns removes it again */
  add(question: Question): () => void;
  /** Sends the statement at this moment, if that is before its next regular time. */
  noLaterThan(moment: Date): void;
  close(): void;
}

/** The process's time when the statement is sent. */
export const present = sql`${sql.placeholder("present")}::timestamptz`;

/** A span of time as SQL. */
export function span(milliseconds: number): SQL {
  return sql`interval '1 millisecond' * ${sql.raw(String(milliseconds))}`;
}

/** @param everyMs the pause between an answer and the next statement, in milliseconds */
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
    // A new name for each set of questions, so that a connection plans each set once.
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
