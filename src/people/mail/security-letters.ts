/** Mails people when something changes in how their account is signed in to, whoever changed it. */
import { isIP } from "node:net";
import { and, count, eq, gt } from "drizzle-orm";
import { auditEvents, knownBrowsers, users } from "../../database/schema.ts";
import { chooseLanguage } from "../../words/languages.ts";
import { type Words, wordsOf } from "../../words/words.ts";
import type { PeopleRuntime, Visitor } from "../people.ts";
import { nameBrowser } from "../sign-in/browser-name.ts";
import type { Letter } from "./mail.ts";
import { type SecurityEvent, securityTexts } from "./security-events.ts";
import { postLetter } from "./send-letters.ts";

const HOUR_MS = 3_600_000;

/** Letters of one kind to one person in an hour. Counted by kind, so that many of one hide none of another. */
const MOST_OF_A_KIND = 3;
/** More than the letters that strangers can ask for, so that they cannot delay these. */
const MOST_AT_ONCE = 1_000;

/**
 * Mails a person about a security event, in the background. Call it after the event is recorded.
 * @param visitor the browser in which it happened; undefined: the operator did it
 */
export function mailSecurityEvent(
  runtime: PeopleRuntime,
  visitor: Visitor | undefined,
  { userId, event }: { readonly userId: string; readonly event: SecurityEvent },
): void {
  const { mailer, people, database, config, now } = runtime;
  if (!mailer.available) return;
  const at = now();
  const work = async () => {
    const [person] = await database
      .select({ email: users.email, language: users.language, timeZone: users.timeZone })
      .from(users)
      .where(eq(users.id, userId));
    if (person === undefined || (await countRecent(runtime, userId, event)) > MOST_OF_A_KIND) return;
    const letter = writeLetter(config, person, { event, at, visitor });
    await postLetter(runtime, { kind: "security", ...letter }, userId);
  };
  people.background.start(work, "A person could not be told what changed in their account.", MOST_AT_ONCE);
}

/** How many events of a kind there were in the last hour, this one included. */
async function countRecent(
  { database, now }: PeopleRuntime,
  userId: string,
  event: SecurityEvent,
): Promise<number> {
  const since = new Date(now().getTime() - HOUR_MS);
  const [found] =
    event === "new-browser"
      ? await database
          .select({ number: count() })
          .from(knownBrowsers)
          .where(and(eq(knownBrowsers.userId, userId), gt(knownBrowsers.firstUsedAt, since)))
      : await database
          .select({ number: count() })
          .from(auditEvents)
          .where(
            and(
              eq(auditEvents.subject, userId),
              eq(auditEvents.action, event),
              gt(auditEvents.createdAt, since),
            ),
          );
  return found?.number ?? 0;
}

interface Reader {
  readonly email: string;
  readonly language: string | null;
  readonly timeZone: string | null;
}

interface Happening {
  readonly event: SecurityEvent;
  readonly at: Date;
  readonly visitor: Visitor | undefined;
}

function writeLetter(
  { appName, baseUrl }: PeopleRuntime["config"],
  { email, language, timeZone }: Reader,
  { event, at, visitor }: Happening,
): Letter {
  const words = wordsOf(chooseLanguage(language ?? undefined, undefined).language);
  const { t } = words;
  const [subject, sentence] = securityTexts[event];
  const values = { name: appName };
  const link = (path: string) => new URL(path, baseUrl).href;
  const text = [
    t(sentence, values),
    [
      t("Time: {moment}", { moment: formatMoment(words, at, timeZone ?? "UTC") }),
      ...(visitor === undefined ? [] : describe(visitor, words)),
    ].join("\n"),
    t("If this was you, you don’t need to do anything."),
    t(
      "If it wasn’t you, choose a new password now. This signs out every browser and lets you remove passkeys:",
    ),
    link("login/reset/"),
    t("Then check your account and contact the operator of this service:"),
    link("account/"),
  ].join("\n\n");
  return { to: email, subject: t(subject, values), text };
}

function describe({ headers, ipAddress }: Visitor, words: Words): string[] {
  const { t } = words;
  const address = ipAddress !== undefined && isIP(ipAddress) !== 0 ? ipAddress : t("unknown");
  const browser = nameBrowser((headers.get("user-agent") ?? "").slice(0, 300), words);
  return [t("IP address: {address}", { address }), t("Browser: {browser}", { browser })];
}

function formatMoment({ locale }: Words, at: Date, timeZone: string): string {
  return new Intl.DateTimeFormat(locale, {
    ...{ day: "numeric", month: "long", year: "numeric" },
    ...{ hour: "2-digit", minute: "2-digit", timeZoneName: "short", timeZone },
  }).format(at);
}
