/** Checks what the service keeps: database, keys, disk. */
import { access, constants, statfs } from "node:fs/promises";
import { sql } from "drizzle-orm";
import { findUnreadable, findUnreadableSecrets } from "../../connections/keys/unreadable.ts";
import { compareTables } from "../../database/migrate.ts";
import { say, type Told } from "../../words/words.ts";
import { LOW_BYTES } from "../trouble/disk.ts";
import { countPlaces, isEnough, tellPlaces, warnOfPlaces } from "../trouble/places.ts";
import { type Check, type ChecksRuntime, reasonOf } from "./check.ts";

/** Whether the database answers and has the tables of this version. */
export async function checkDatabase({ database, config }: ChecksRuntime): Promise<Check> {
  const check = { id: "database", what: say("Database") };
  if (database === undefined)
    return {
      ...check,
      verdict: "unsure",
      words: say("None yet. The first start creates it in {dataFolder}.", { dataFolder: config.dataFolder }),
    };
  try {
    const startedAt = performance.now();
    await database.execute(sql`select 1`);
    const ms = Math.ceil(performance.now() - startedAt);
    const whose = config.databaseUrl === undefined ? "own" : "yours";
    switch (await compareTables(database)) {
      case "none":
        return {
          ...check,
          verdict: "unsure",
          words: say("It answers but is empty. The first start creates its tables."),
        };
      case "older":
        return {
          ...check,
          verdict: "unsure",
          words: say(
            "It belongs to an older version. The next start updates it, which cannot be undone: make a backup first.",
          ),
        };
      case "newer":
        return {
          ...check,
          verdict: "bad",
          words: say(
            "It was created by a newer version of Sharewell. Install that version, or restore a backup.",
          ),
        };
      case "current":
        return {
          ...check,
          verdict: "good",
          words: say(
            "{whose, select, own {Embedded, in the data folder} other {Your own server}}; it answers within {ms} ms.",
            { whose, ms },
          ),
        };
    }
  } catch (error) {
    return {
      ...check,
      verdict: "bad",
      words: say("It does not answer: {reasonOf}.", { reasonOf: reasonOf(error) }),
    };
  }
}

/** Returns nothing if the database is absent or has no tables yet. */
export async function checkPlaces({ database, config }: ChecksRuntime): Promise<Check[]> {
  if (database === undefined) return [];
  try {
    const places = await countPlaces({ database, config });
    const check = { id: "connections", what: say("Database connections") };
    return isEnough(places)
      ? [{ ...check, verdict: "good", words: tellPlaces(places) }]
      : [{ ...check, verdict: "unsure", words: warnOfPlaces(places) }];
  } catch {
    // The check of the database reports that it does not answer.
    return [];
  }
}

/** Returns nothing until someone has connected an account or turned on two-step sign-in. */
export async function checkKeys({ database, vault }: ChecksRuntime): Promise<Check[]> {
  if (database === undefined) return [];
  try {
    const tokens = await findUnreadable({ database, vault });
    const secrets = await findUnreadableSecrets({ database, vault });
    return [
      ...judge(tokens, "keys", {
        what: say("Encryption key"),
        good: say("It decrypts the stored tokens."),
        bad: say(
          "It does not decrypt {unreadable} of {tried} tokens tried. Add the key that encrypted them to SOCIAL_ENCRYPTION_KEY again, after the others. If it is lost, the people concerned must reconnect their accounts.",
          tokens,
        ),
      }),
      ...judge(secrets, "second-factors", {
        what: say("Two-step sign-in"),
        good: say("The encryption key decrypts the secrets of people’s authenticator apps."),
        bad: say(
          "The app codes of {unreadable} of {tried} people checked cannot be verified. Add the key that encrypted them to SOCIAL_ENCRYPTION_KEY again, after the others, or start once with the SOCIAL_SESSION_SECRET from before the update. If it is lost, these people sign in with a recovery code, or you turn off two-step sign-in for them.",
          secrets,
        ),
      }),
    ];
  } catch {
    // The check of the database reports that it does not answer or has no tables.
    return [];
  }
}

function judge(
  { tried, unreadable }: { readonly tried: number; readonly unreadable: number },
  id: string,
  { what, good, bad }: { readonly what: Told; readonly good: Told; readonly bad: Told },
): Check[] {
  if (tried === 0) return [];
  return [
    { id, what, ...(unreadable === 0 ? { verdict: "good", words: good } : { verdict: "bad", words: bad }) },
  ];
}

/** How much room the data folder has. */
export async function checkStorage({ config }: ChecksRuntime): Promise<Check> {
  const check = { id: "storage", what: say("Storage") };
  if (config.databaseUrl !== undefined)
    return {
      ...check,
      verdict: "good",
      words: say("Nothing is stored on this machine. Everything is in your database."),
    };
  try {
    await access(config.dataFolder, constants.W_OK);
    const { bavail, bsize } = await statfs(config.dataFolder);
    const free = bavail * bsize;
    const words = say("{dataFolder} has {free, number, ::.0} GB left.", {
      dataFolder: config.dataFolder,
      free: free / 1_000_000_000,
    });
    return free < LOW_BYTES
      ? {
          ...check,
          verdict: "bad",
          words: say("{words} Make room: a full disk stops the database.", { words }),
        }
      : { ...check, verdict: "good", words };
  } catch (error) {
    return {
      ...check,
      verdict: "bad",
      words: say("{dataFolder} cannot be written to: {reasonOf}.", {
        dataFolder: config.dataFolder,
        reasonOf: reasonOf(error),
      }),
    };
  }
}
