/** One action in a schedule: recorded when it begins and ends, and expected not to throw. */
import { and, eq, isNull } from "drizzle-orm";
import { users } from "../../../../src/database/schema.ts";
import { Barred } from "../../../../src/people/acting.ts";
import type { Chance, Scene } from "../scene.ts";

export type Play = (scene: Scene, chance: Chance) => Promise<void>;

interface About {
  /** Who does it. "process": it runs by itself. */
  readonly by: "ana" | "ben" | "process";
  /** One word for all actions of this kind. */
  readonly verb: string;
  /** For developers: "Ana disconnects mastodon". */
  readonly name: string;
  /** The id of its subject. */
  readonly subject?: string;
}

/**
 * People who have left or are blocked do nothing any more, because their session has ended.
 * @param work returns the result, in a word or two
 */
export async function act(scene: Scene, about: About, work: () => Promise<string>): Promise<void> {
  if (!(await isSignedIn(scene, about.by))) return;
  const { acts, wrongs } = scene;
  const { verb, name, subject = "" } = about;
  const begun = await write(scene, `${name} …`);
  const outcome = await work().catch((error: unknown) => {
    // The page says so: they left, or were blocked, a moment ago.
    if (error instanceof Barred) return `refused: ${error.message}`;
    const details = `threw: ${wordsOf(error)}`;
    wrongs.push({ what: `an act threw: ${verb}`, details });
    return details;
  });
  const ended = await write(scene, `… ${name}: ${outcome}`);
  acts.push({ verb, name, subject, begun, ended, outcome });
}

async function write({ laboratory: { journal, stage } }: Scene, words: string): Promise<number> {
  const written = () => journal.write("act", words);
  return (await stage.scheduler?.during(written)) ?? (await written());
}

async function isSignedIn(
  { laboratory: { A }, ana, ben }: Scene,
  by: "ana" | "ben" | "process",
): Promise<boolean> {
  if (by === "process") return true;
  const person = by === "ana" ? ana : ben;
  if (person === undefined) return false;
  return (await A.database.$count(users, and(eq(users.id, person.id), isNull(users.blockedAt)))) > 0;
}

/** The database's own words are behind drizzle's. */
function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? wordsOf(error.cause) : error.message;
}
