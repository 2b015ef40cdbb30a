import { eq, sql } from "drizzle-orm";
import { pino } from "pino";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { Connection } from "../../../src/connections/connection.ts";
import { letters, mailServer, socialConnections, socialShares, users } from "../../../src/database/schema.ts";
import { MailError } from "../../../src/people/mail/mail.ts";
import { sendLetters } from "../../../src/people/mail/send-letters.ts";
import type { PeopleRuntime } from "../../../src/people/people.ts";
import { savePreferences } from "../../../src/people/preferences.ts";
import { openRuntime } from "../../../src/service/runtime.ts";
import { retryShare } from "../../../src/sharing/acts/retry.ts";
import { countAttention, markSeen } from "../../../src/sharing/record/attention.ts";
import { type NoticesRuntime, sendNotices } from "../../../src/sharing/record/notices.ts";
import { control } from "../../harness/networks/networks.ts";
import { addPerson, connectAccount } from "../../harness/people/accounts.ts";
import { draftFor, orderFault, shareTo, untilSettled } from "../../harness/people/shares.ts";
import { startTestService, type TestService } from "../../harness/services/service.ts";

const MINUTE_MS = 60_000;

let service: TestService;
let person: { id: string };
let connection: Connection;

beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service.stop());
beforeEach(async () => {
  await control(service.emulator.twitter, "DELETE", "faults");
  const { database } = service.runtime;
  await database.update(socialConnections).set({ revokedAt: new Date(), tellAt: null });
  await database.update(socialShares).set({ tellAt: null });
  await database.delete(letters);
  await database.delete(mailServer);
  service.letters.splice(0);
  person = await addPerson(service.runtime);
  connection = await connectAccount(service.runtime, person, { platform: "twitter" });
});

/** The service, this much later. */
function inMinutes(minutes: number, changes: Partial<TestService["runtime"]> = {}) {
  const now = () => new Date(Date.now() + minutes * MINUTE_MS);
  return { ...service.runtime, now, ...changes };
}

/** Runs each of the jobs once. @returns how many emails were written */
async function tell(runtime: NoticesRuntime & PeopleRuntime): Promise<number> {
  const written = await sendNotices(runtime);
  await sendLetters(runtime);
  return written;
}

const brokenMailer = {
  available: true,
  check: async () => undefined,
  send: async () => {
    throw new MailError("No mail today.", { code: "ETIMEDOUT", obstacle: "server" });
  },
};

const refuse = () =>
  orderFault(service.emulator.twitter, "POST /2/tweets", {
    kind: "status",
    status: 403,
    body: { title: "Forbidden", detail: "Not this.", type: "about:blank", status: 403 },
  });

async function shareRefused(title: string) {
  await refuse();
  const draft = draftFor([connection]);
  const [share] = await shareTo(service.runtime, person, { ...draft, page: { ...draft.page, title } });
  expect(share?.status).toBe("rejected");
  return share;
}

test("what went wrong comes in one letter, a minute later, once", async () => {
  await shareRefused("The first page");
  await shareRefused("The second page");
  await shareTo(service.runtime, person, draftFor([connection]));
  expect(await tell(inMinutes(0))).toBe(0);
  expect(await tell(inMinutes(2))).toBe(1);
  expect(service.letters).toHaveLength(1);
  const [letter] = service.letters;
  expect(letter?.to).toBe(`${person.id}@example.com`);
  expect(letter?.subject).toMatch(/2 shares need your attention$/);
  expect(letter?.text).toMatch(
    /“The first page” to @ana on X: the network refused it\.\n.+\nhttp:\/\/127\.0\.0\.1:\d+\/social\/share\//,
  );
  expect(letter?.text).toContain("The second page");
  expect(letter?.text).toMatch(/Choose what .* emails you about: http.*\/account\/$/);
  expect(await tell(inMinutes(30))).toBe(0);
  expect(service.letters).toHaveLength(1);
});

test("a notice that waits for the mail server goes to where its reader gets mail by then, and to nobody who wants none", async () => {
  const { database } = service.runtime;
  const setPerson = (changes: Partial<typeof users.$inferInsert>) =>
    database.update(users).set(changes).where(eq(users.id, person.id));
  await shareRefused("Moved");
  expect(await tell(inMinutes(2, { mailer: brokenMailer }))).toBe(1);
  await setPerson({ email: `moved-${person.id}@example.com` });
  await tell(inMinutes(13));
  expect(service.letters.map(({ to }) => to)).toEqual([`moved-${person.id}@example.com`]);
  await shareRefused("Unwanted");
  expect(await tell(inMinutes(30, { mailer: brokenMailer }))).toBe(1);
  await setPerson({ mailNotices: "none" });
  await tell(inMinutes(40));
  expect(service.letters).toHaveLength(1);
});

test("two processes that look at once send it once", async () => {
  await shareRefused("Only once");
  const other = await openRuntime(service.config, {
    log: pino({ level: "silent" }),
    mailer: service.runtime.mailer,
  });
  const { now } = inMinutes(2);
  await Promise.all(
    Array.from({ length: 6 }, (_, index) => tell({ ...(index % 2 ? other : service.runtime), now })),
  );
  expect(service.letters).toHaveLength(1);
  await other.close();
});

test("there are ten minutes between two letters to a person", async () => {
  await shareRefused("Early");
  expect(await tell(inMinutes(2))).toBe(1);
  await shareRefused("Late");
  expect(await tell(inMinutes(5))).toBe(0);
  expect(await tell(inMinutes(13))).toBe(1);
  expect(service.letters.map(({ text }) => text.includes("Late"))).toEqual([false, true]);
});

test("what was mended meanwhile is not told", async () => {
  await orderFault(service.emulator.twitter, "POST /2/tweets", { kind: "status", status: 402, body: {} });
  const [share] = await shareTo(service.runtime, person, draftFor([connection]));
  await retryShare(service.runtime, person, share?.id ?? "");
  await untilSettled(service.runtime, person, share?.requestId ?? "");
  expect(await tell(inMinutes(2))).toBe(0);
});

test("a person who wants none gets none, and one who wants all hears of what was posted", async () => {
  const preferences = { timeZone: "UTC", language: undefined };
  await savePreferences(service.runtime, person, { ...preferences, mailNotices: "none" });
  await shareRefused("Unheard");
  expect(await tell(inMinutes(2))).toBe(0);
  await savePreferences(service.runtime, person, { ...preferences, mailNotices: "all" });
  await shareTo(service.runtime, person, draftFor([connection]));
  expect(await tell(inMinutes(4))).toBe(1);
  expect(service.letters[0]?.subject).toMatch(/: 1 share posted$/);
  expect(service.letters[0]?.text).toMatch(/: posted\.\nhttp/);
});

test("an account that breaks is told once, and not after it is connected again", async () => {
  const breakIt = async () => {
    await orderFault(service.emulator.twitter, "POST /2/tweets", { kind: "revoke-token" });
    await shareTo(service.runtime, person, draftFor([connection]));
  };
  await breakIt();
  expect(await tell(inMinutes(2))).toBe(1);
  expect(service.letters[0]?.subject).toMatch(/1 account needs reconnecting, 1 share needs your attention$/);
  await connectAccount(service.runtime, person, { platform: "twitter" });
  await breakIt();
  await connectAccount(service.runtime, person, { platform: "twitter" });
  await service.runtime.database.update(socialShares).set({ tellAt: null });
  expect(await tell(inMinutes(20))).toBe(0);
});

test("a mail server that fails gets the letter again later", async () => {
  await shareRefused("Again");
  expect(await tell(inMinutes(2, { mailer: brokenMailer }))).toBe(1);
  expect(service.letters).toEqual([]);
  expect(await tell(inMinutes(13))).toBe(0);
  expect(service.letters).toHaveLength(1);
});

test("of two thousand accounts and shares that went wrong one letter tells, and again after a mail server failed", async () => {
  const { database } = service.runtime;
  await shareRefused("One of many");
  // The service's own round, which goes by the real time, finds nothing due meanwhile.
  const due = sql`now() + interval '90 seconds'`;
  await database.execute(sql`insert into social_connections
    (user_id, platform, platform_user_id, platform_username, display_name, scopes, extra_data, status, tell_at)
    select ${person.id}, 'threads', ${person.id} || i, 'ana' || i, 'Ana ' || i, '', '{}', 'reconnect', ${due}
    from generate_series(1, 2000) as i`);
  await database.execute(sql`insert into social_shares
    (share_request_id, user_id, connection_id, shared_url, shared_title, text, status, tell_at)
    select share_request_id, user_id, connection_id, shared_url, shared_title, text, status, ${due}
    from social_shares, generate_series(1, 2000) where user_id = ${person.id}`);
  expect(await tell(inMinutes(2, { mailer: brokenMailer }))).toBe(1);
  expect(service.letters).toEqual([]);
  expect(await tell(inMinutes(13))).toBe(0);
  expect(service.letters[0]?.subject).toMatch(
    /2,000 accounts need reconnecting, 2,001 shares need your attention$/,
  );
  expect(service.letters[0]?.text.match(/ on \S+ needs reconnecting\. /g)).toHaveLength(50);
  expect(service.letters[0]?.text).toMatch(/And 1950 more: .*And 1951 more: /s);
});

test("where no mail is set up nothing is kept to be told months later", async () => {
  await shareRefused("Silent");
  const { id } = await connectAccount(service.runtime, person, { platform: "threads" });
  await service.runtime.database
    .update(socialConnections)
    .set({ tellAt: new Date() })
    .where(eq(socialConnections.id, id));
  await tell(
    inMinutes(20, { mailer: { available: false, check: async () => undefined, send: async () => {} } }),
  );
  expect(await tell(inMinutes(40))).toBe(0);
});

test("the badge counts what went wrong until the history was opened, and accounts that broke", async () => {
  const count = () => countAttention(service.runtime, person);
  expect(await count()).toEqual({ shares: 0, connections: 0 });
  await shareRefused("Counted");
  expect(await count()).toEqual({ shares: 1, connections: 0 });
  await orderFault(service.emulator.twitter, "POST /2/tweets", { kind: "revoke-token" });
  await shareTo(service.runtime, person, draftFor([connection]));
  expect(await count()).toEqual({ shares: 2, connections: 1 });
  await markSeen(service.runtime, person);
  expect(await count()).toEqual({ shares: 0, connections: 1 });
});
