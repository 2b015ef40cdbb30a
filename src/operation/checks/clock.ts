/** Compares the clocks of this machine and of the database with each other and with the networks'. */
import { sql } from "drizzle-orm";
import { z } from "zod";
import { thisMachine } from "../../database/clock.ts";
import type { Database } from "../../database/open.ts";
import { say } from "../../words/words.ts";
import { createNetworkTime } from "../trouble/network-time.ts";
import { findTimeSources } from "../trouble/time-sources.ts";
import { type Check, type ChecksRuntime, reasonOf } from "./check.ts";

/** Signatures of calls to networks and one-time codes tolerate half a minute. */
const CLOCK_MS = 30_000;

/** The database's clock decides when shares are due; this machine's decides when signatures are valid. */
export async function checkClock({ database, platforms, fetch: fetcher }: ChecksRuntime): Promise<Check> {
  const check = { id: "clock", what: say("Clock") };
  try {
    const networkTime = createNetworkTime({ fetch: fetcher, now: () => new Date(thisMachine.clock()) });
    await networkTime.ask(
      database === undefined ? platforms.clockSources() : await findTimeSources(database, platforms),
    );
    const toNetworks = networkTime.offset()?.aheadMs;
    const toDatabase = await compareWithDatabase(database);
    if (toNetworks === undefined && toDatabase === undefined)
      return { ...check, verdict: "unsure", words: say("There is nothing to compare it with.") };
    const ofDatabase =
      toNetworks === undefined || toDatabase === undefined ? undefined : toNetworks - toDatabase;
    if (ofDatabase !== undefined && Math.abs(ofDatabase) >= CLOCK_MS)
      return {
        ...check,
        verdict: "bad",
        words: say(
          "The database server’s clock is {seconds, number} s {way, select, ahead {ahead of} other {behind}} the networks’, and it decides when shares are due. Turn on time synchronisation (NTP) there.",
          { seconds: toSeconds(ofDatabase), way: ofDatabase > 0 ? "ahead" : "behind" },
        ),
      };
    const worst = Math.max(Math.abs(toNetworks ?? 0), Math.abs(toDatabase ?? 0));
    if (worst < CLOCK_MS)
      return {
        ...check,
        verdict: "good",
        words: say(
          "It agrees with {whose, select, networks {the networks’} other {the database’s}} within {seconds} s.",
          { whose: toNetworks === undefined ? "database" : "networks", seconds: Math.ceil(worst / 1_000) },
        ),
      };
    return {
      ...check,
      verdict: "bad",
      words: say(
        "It is off by {round} s, so sign-ins and signatures fail. Turn on time synchronisation (NTP).",
        { round: toSeconds(worst) },
      ),
    };
  } catch (error) {
    return {
      ...check,
      verdict: "unsure",
      words: say("It cannot be compared: {reasonOf}.", { reasonOf: reasonOf(error) }),
    };
  }
}

function toSeconds(milliseconds: number): number {
  return Math.round(Math.abs(milliseconds) / 1_000);
}

/** By how many milliseconds this machine is ahead of the database; undefined without a database. */
async function compareWithDatabase(database: Database | undefined): Promise<number | undefined> {
  if (database === undefined) return undefined;
  const { rows } = await database.execute(sql`select extract(epoch from clock_timestamp()) * 1000 as ms`);
  const [row] = z.array(z.object({ ms: z.coerce.number() })).parse(rows);
  return row && thisMachine.clock() - row.ms;
}
