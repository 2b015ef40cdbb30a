/** Whether everything is in place: the same checks for the set-up assistant and for `sharewell doctor`. */
import { createHmac } from "node:crypto";
import { access, constants, statfs } from "node:fs/promises";
import { sql } from "drizzle-orm";
import { z } from "zod";
import type { Database } from "../database/open.ts";
import type { Mailer } from "../people/mail.ts";
import { platformNames } from "../platforms/platform.ts";
import { aboutPlatform, type PlatformRegistry } from "../platforms/registry.ts";
import { part, type Saying, say, type Told } from "../words/words.ts";

/** "unsure": it may work, but nobody can tell from here. */
export type Verdict = "good" | "unsure" | "bad";

export interface Check {
  /** In addresses and tests: "base-url". */
  readonly id: string;
  /** "Public address" */
  readonly what: Told;
  readonly verdict: Verdict;
  /** What was found, and what to do where it is not good. */
  readonly words: Told;
}

export interface ChecksRuntime {
  readonly database: Database;
  readonly mailer: Mailer;
  readonly platforms: PlatformRegistry;
  /** Refuses addresses that are not on the public internet. */
  readonly fetch: typeof fetch;
  readonly config: {
    readonly baseUrl: URL;
    readonly sessionSecret: string;
    readonly dataFolder: string;
    readonly databaseUrl: string | undefined;
  };
  now(): Date;
}

const PATIENCE_MS = 8_000;
/** Signatures of the networks' calls and one-time codes bear half a minute. */
const CLOCK_MS = 30_000;
const LOW_SPACE = 500 * 1_024 * 1_024;

/** All at once; none of them throws. */
export async function runChecks(runtime: ChecksRuntime): Promise<Check[]> {
  return await Promise.all([
    checkBaseUrl(runtime),
    checkReach(runtime),
    checkDatabase(runtime),
    checkClock(runtime),
    checkStorage(runtime),
    checkMail(runtime),
    checkNetworks(runtime),
  ]);
}

const isLocal = ({ hostname }: URL) => /^(localhost|.*\.localhost|127\..*|\[::1\])$/.test(hostname);

async function checkBaseUrl({ config: { baseUrl } }: ChecksRuntime): Promise<Check> {
  const check = { id: "base-url", what: say("Public address") };
  if (isLocal(baseUrl))
    return {
      ...check,
      verdict: "unsure",
      words: say(
        "{href} is this machine alone: good for trying. For real networks set SOCIAL_BASE_URL to the address where people reach it.",
        { href: baseUrl.href },
      ),
    };
  if (baseUrl.protocol !== "https:")
    return {
      ...check,
      verdict: "bad",
      words: say(
        "{href} is without https: the networks refuse it. Put a reverse proxy with a certificate in front and set SOCIAL_BASE_URL to the https address.",
        { href: baseUrl.href },
      ),
    };
  return { ...check, verdict: "good", words: say("{href}, with https.", { href: baseUrl.href }) };
}

/** What only a process that has our secret can answer. */
export function proveReach(sessionSecret: string, challenge: string): string {
  return createHmac("sha256", sessionSecret).update(`reach ${challenge}`).digest("base64url");
}

/** From our own address back to us, through whatever stands in between. */
async function checkReach({ config, fetch: fetcher, now }: ChecksRuntime): Promise<Check> {
  const check = { id: "reach", what: say("Reachable from outside") };
  const { baseUrl, sessionSecret } = config;
  if (isLocal(baseUrl))
    return {
      ...check,
      verdict: "unsure",
      words: say("No: only from this machine. That is enough for trying."),
    };
  const challenge = now().getTime().toString(36);
  try {
    const response = await fetcher(new URL(`reach/${challenge}`, baseUrl), {
      signal: AbortSignal.timeout(PATIENCE_MS),
      redirect: "manual",
    });
    const answer = await response.text();
    if (answer === proveReach(sessionSecret, challenge))
      return {
        ...check,
        verdict: "good",
        words: say("The public address leads here, asked from this machine. Networks ask from elsewhere."),
      };
    return {
      ...check,
      verdict: "bad",
      words: say(
        "{host} answers ({status}), but it is not this service. Look where your reverse proxy sends it.",
        { host: baseUrl.host, status: response.status },
      ),
    };
  } catch (error) {
    return {
      ...check,
      verdict: "bad",
      words: say(
        "{host} cannot be reached from here: {reasonOf}. Networks fetch pictures and send people to it, so it must be open to the internet.",
        { host: baseUrl.host, reasonOf: reasonOf(error) },
      ),
    };
  }
}

async function checkDatabase({ database, config }: ChecksRuntime): Promise<Check> {
  const check = { id: "database", what: say("Database") };
  try {
    const startedAt = performance.now();
    await database.execute(sql`select 1`);
    const ms = Math.ceil(performance.now() - startedAt);
    const whose = config.databaseUrl === undefined ? "own" : "yours";
    return {
      ...check,
      verdict: "good",
      words: say(
        "{whose, select, own {Its own, in the data folder} other {Yours}}; it answers within {ms} ms.",
        { whose, ms },
      ),
    };
  } catch (error) {
    return {
      ...check,
      verdict: "bad",
      words: say("It does not answer: {reasonOf}.", { reasonOf: reasonOf(error) }),
    };
  }
}

/** Our clock beside the database's, and beside that of a web server far away where one answers. */
async function checkClock({ database, platforms, fetch: fetcher, now }: ChecksRuntime): Promise<Check> {
  const check = { id: "clock", what: say("Clock") };
  try {
    const { rows } = await database.execute(sql`select extract(epoch from clock_timestamp()) * 1000 as ms`);
    const [row] = z.array(z.object({ ms: z.coerce.number() })).parse(rows);
    const others = [
      row?.ms,
      ...(await Promise.all(platforms.clockSources().map((at) => readDate(fetcher, at)))),
    ];
    const offsets = others.filter((ms) => ms !== undefined).map((ms) => Math.abs(ms - now().getTime()));
    const worst = Math.max(...offsets);
    if (worst < CLOCK_MS)
      return {
        ...check,
        verdict: "good",
        words: say(
          "It agrees with {whose, select, networks {the networks’} other {the database’s}} within {seconds} s.",
          { whose: offsets.length > 1 ? "networks" : "database", seconds: Math.ceil(worst / 1_000) },
        ),
      };
    return {
      ...check,
      verdict: "bad",
      words: say(
        "It is wrong by {round} s: logins and signatures fail. Switch time synchronisation (NTP) on.",
        { round: Math.round(worst / 1_000) },
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

async function readDate(fetcher: typeof fetch, address: string): Promise<number | undefined> {
  try {
    const response = await fetcher(address, {
      method: "HEAD",
      redirect: "manual",
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    const ms = Date.parse(response.headers.get("date") ?? "");
    return Number.isNaN(ms) ? undefined : ms;
  } catch {
    return undefined;
  }
}

async function checkStorage({ config }: ChecksRuntime): Promise<Check> {
  const check = { id: "storage", what: say("Storage") };
  if (config.databaseUrl !== undefined)
    return {
      ...check,
      verdict: "good",
      words: say("Nothing is kept on this machine: all of it is in your database."),
    };
  try {
    await access(config.dataFolder, constants.W_OK);
    const { bavail, bsize } = await statfs(config.dataFolder);
    const free = bavail * bsize;
    const words = say("{dataFolder} has {free, number, ::.0} GB left.", {
      dataFolder: config.dataFolder,
      free: free / 1_000_000_000,
    });
    return free < LOW_SPACE
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

async function checkMail({ mailer }: ChecksRuntime): Promise<Check> {
  const check = { id: "mail", what: say("Mail") };
  if (!mailer.available)
    return {
      ...check,
      verdict: "unsure",
      words: say(
        "Off: no sign-in links, no password resets, no notices, and you hand invitations over yourself. Set SOCIAL_MAIL_URL to switch it on.",
      ),
    };
  const problem = await mailer.check();
  if (problem === undefined)
    return {
      ...check,
      verdict: "good",
      words: say("The mail server lets us in. Send yourself a letter to see it arrive."),
    };
  return {
    ...check,
    verdict: "bad",
    words: say(
      "The mail server does not let us in ({problem}). Compare SOCIAL_MAIL_URL with what your provider says.",
      { problem },
    ),
  };
}

async function checkNetworks({ platforms }: ChecksRuntime): Promise<Check> {
  const check = { id: "networks", what: say("Networks") };
  const there = platforms.availablePlatforms().map(({ about }) => about.label);
  const missing = platformNames.filter((name) => platforms.missingSettings(name).length > 0);
  const notices = platforms.availablePlatforms().flatMap((platform) => platform.operatorNotice() ?? []);
  if (notices.length > 0) return { ...check, verdict: "unsure", words: notices[0] ?? "" };
  const rest = missing.map((name) => aboutPlatform(name).label);
  return {
    ...check,
    verdict: there.length > 1 || missing.length === 0 ? "good" : "unsure",
    words:
      rest.length === 0
        ? say("Set up: {there}.", { there })
        : say("Set up: {there}. Not yet: {rest}.", { there, rest }),
  };
}

/** What the system calls it: "ENOTFOUND"; never an address with a password in it. */
function reasonOf(error: unknown): string | Saying {
  if (!(error instanceof Error)) return part(say("unknown"));
  const cause = error.cause instanceof Error ? error.cause : error;
  if ("code" in cause && typeof cause.code === "string") return cause.code;
  return error.name === "TimeoutError" ? part(say("no answer in time")) : error.message;
}
