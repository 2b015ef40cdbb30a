/**
 * Records refused attempts in the audit log, and as one line in the log for programs like fail2ban
 * (docs/fail2ban/). Both are bounded, so that a flood cannot fill the disk; what exceeds the bound is counted.
 * What somebody typed is never written, since people type passwords into the address field.
 */
import { createHmac } from "node:crypto";
import { eq } from "drizzle-orm";
import type { Logger } from "pino";
import type { Database } from "../../database/open.ts";
import { users } from "../../database/schema.ts";
import { networksOf } from "../../limits/address.ts";
import { Counters } from "../../limits/counters.ts";
import type { Action } from "../../limits/rules.ts";
import { NOBODY, recordEvent, type refusedActions } from "../audit.ts";
import type { Background } from "../mail/background.ts";

const MINUTE = 60;
/** Per minute and network: more would tell nothing new. */
const MOST_OF_NETWORK = 10;
/** Per minute, from everybody: at 150 bytes a row, at most 7 MB a day. */
const MOST_ON_RECORD = 30;
/** Per minute, from everybody: logs are rotated. */
const MOST_LOGGED = 300;

interface RefusedTry {
  readonly action: (typeof refusedActions)[number];
  readonly ipAddress: string | undefined;
  /** The address that was typed. */
  readonly mail?: string | undefined;
  /** The person whose account it was, if known. */
  readonly personId?: string | undefined;
  /** Whether the person did it themselves, signed in. */
  readonly isOwn?: boolean;
  /** The limit that was reached. */
  readonly limit?: Action;
}

export interface Refusals {
  /** Records a refused attempt in the background. */
  record(refused: RefusedTry): void;
  /** Records how many attempts exceeded the bounds so far. */
  close(): Promise<void>;
}

interface RefusalsParts {
  readonly database: Database;
  readonly config: { readonly sessionSecret: string };
  readonly background: Background;
  readonly log: Logger;
  readonly now: () => Date;
}

/** Creates the recorder of refused attempts. */
export function createRefusals({ database, config, background, log, now }: RefusalsParts): Refusals {
  const counters = new Counters(now);
  let leftOut = 0;
  let timer: NodeJS.Timeout | undefined;

  function isWithin(key: string, most: number): boolean {
    return counters.add(key, MINUTE).tries <= most;
  }

  function leaveOut(): void {
    leftOut += 1;
    timer ??= setTimeout(() => background.start(tellLeftOut, UNRECORDED), MINUTE * 1_000).unref();
  }

  async function tellLeftOut(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    if (leftOut === 0) return;
    const number = leftOut;
    leftOut = 0;
    log.warn({ event: "person.refusals-left-out", number }, "more was refused than is written down");
    await recordEvent(database, { action: "person.refusals-left-out", subject: String(number) });
  }

  async function findSubject({ mail, personId, limit }: RefusedTry): Promise<string> {
    if (personId !== undefined) return personId;
    if (mail === undefined) return limit ?? "";
    const [known] = await database.select({ id: users.id }).from(users).where(eq(users.email, mail));
    if (known !== undefined) return known.id;
    return `${NOBODY}${createHmac("sha256", config.sessionSecret).update(mail).digest("hex").slice(0, 12)}`;
  }

  return {
    record(refused) {
      const { action, ipAddress, isOwn, personId, limit } = refused;
      const network = ipAddress === undefined ? "nowhere" : networksOf(ipAddress).narrow;
      if (!isWithin(`from ${network}`, MOST_OF_NETWORK) || !isWithin("logged", MOST_LOGGED))
        return leaveOut();
      const isOnRecord = isWithin("on record", MOST_ON_RECORD);
      if (!isOnRecord) leaveOut();
      const started = background.start(async () => {
        const subject = await findSubject(refused);
        log.warn({ event: action, address: ipAddress, limit, subject }, "refused");
        if (!isOnRecord) return;
        const userId = isOwn ? personId : undefined;
        await recordEvent(database, { action, subject, ipAddress, userId });
      }, UNRECORDED);
      if (!started && isOnRecord) leaveOut();
    },
    close: tellLeftOut,
  };
}

const UNRECORDED = "What was refused could not be written down.";
