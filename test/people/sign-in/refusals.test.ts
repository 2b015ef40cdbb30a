/** Refused attempts are in the audit log and in the log, in a form that fail2ban reads, and never fill the disk. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { auditEvents, users } from "../../../src/database/schema.ts";
import { ana, linkIn, openSiteOfAna, type Site } from "../site.ts";

/** A short form of fail2ban's own pattern for an address, with or without brackets. */
const ADDRESS = String.raw`\[?(?<address>[\da-fA-F:.]{2,45})\]?`;
const filter = readFileSync(join(import.meta.dirname, "../../../docs/fail2ban/sharewell.conf"), "utf8");
const failures = [
  ...(/failregex = (.*\n(?: {12}.*\n)*)/.exec(filter)?.[1]?.matchAll(/^\s*(\S.*)$/gm) ?? []),
].map(([, pattern = ""]) => new RegExp(pattern.replace("<ADDR>", ADDRESS)));

async function recorded({ runtime }: Site) {
  await runtime.people.background.settled();
  return await runtime.database.select().from(auditEvents);
}

/** The addresses that fail2ban would count, one per line. */
function banned(site: Site): string[] {
  return site
    .log()
    .split("\n")
    .flatMap((line) => failures.map((pattern) => pattern.exec(line)?.groups?.address ?? ""))
    .filter((address) => address !== "");
}

const behindProxy = { variables: { SOCIAL_TRUST_PROXY: "true" } };

test("a wrong password is on record with its address, and fail2ban reads it from the log", async () => {
  const site = await openSiteOfAna(behindProxy);
  const [person] = await site.runtime.database.select().from(users);
  const from = { "x-forwarded-for": "203.0.113.9:4711" };
  await site.browser(from).post("/login/", { email: ana.email, password: "a wild guess" });
  await site
    .browser({ "x-forwarded-for": "[2001:db8::7]:443" })
    .post("/login/", { email: "hunter2@example.com", password: "a wild guess" });
  const events = (await recorded(site)).filter(({ action }) => action === "person.sign-in-failed");
  expect(events.map(({ ipAddress }) => ipAddress).sort()).toEqual(["2001:db8::7", "203.0.113.9"]);
  const [known, unknown] = ["203.0.113.9", "2001:db8::7"].map((address) =>
    events.find(({ ipAddress }) => ipAddress === address),
  );
  expect(known).toMatchObject({ subject: person?.id, userId: null });
  expect(unknown?.subject).toMatch(/^nobody-[0-9a-f]{12}$/);
  expect(failures).toHaveLength(2);
  expect(banned(site).sort()).toEqual(["2001:db8::7", "203.0.113.9"]);
});

test("what is typed into the field for the address is neither in the log nor on record", async () => {
  const site = await openSiteOfAna();
  const email = "correct.horse.battery@example.com";
  await site.browser().post("/login/", { email, password: "x" });
  expect(JSON.stringify(await recorded(site))).not.toContain("correct.horse");
  expect(site.log()).not.toContain("correct.horse");
});

test("nobody writes a line of their own into the log, or bans somebody else", async () => {
  const site = await openSiteOfAna(behindProxy);
  const forged = '"event":"person.sign-in-failed","address":"192.0.2.66"';
  const agent = { "user-agent": forged, "x-forwarded-for": `${forged}, 203.0.113.9` };
  await site.browser(agent).post("/login/", { email: `"${forged}"@example.com`, password: forged });
  await site.browser(agent).post("/login/", { email: ana.email, password: `x\n{${forged}}` });
  await site.browser(agent).post("/login/link/confirm/", { token: `\n{"level":40,${forged}}\n` });
  await recorded(site);
  site.runtime.log.error({ typed: `x"\n{"level":40,"time":1,${forged}}` }, forged);
  const lines = site.log().trimEnd().split("\n");
  for (const line of lines) expect(() => JSON.parse(line)).not.toThrow();
  expect(new Set(banned(site))).toEqual(new Set(["203.0.113.9"]));
});

test("a dead link, a wrong password of somebody signed in, a blocked account and a limit are each on record", async () => {
  const site = await openSiteOfAna({ variables: { SOCIAL_SIGN_UP: "invitation" } });
  const browser = site.browser();
  await browser.post("/login/link/confirm/", { token: "made-up" });
  await browser.post("/login/reset/new/", { token: "made-up", password: "long enough to be one" });
  await browser.post("/sign-up/", {
    ...{ name: "Ben", email: "ben@example.com", password: "seven green kites" },
    invitation: "made-up",
  });
  await browser.post("/sign-up/", { name: "Ben", email: "ben@example.com", password: "seven green kites" });
  await browser.signIn(ana);
  await browser.post("/account/password/", { currentPassword: "wrong", newPassword: "a fresh new password" });
  await site.runtime.database.update(users).set({ blockedAt: new Date() });
  await site.browser().post("/login/", ana);
  for (let tries = 0; tries < 21; tries += 1)
    await site.browser().post("/login/link/", { email: "p@example.com" });
  const events = await recorded(site);
  const count = (action: string) => events.filter((event) => event.action === action).length;
  expect(count("person.link-failed")).toBe(3);
  expect(count("person.password-failed")).toBe(1);
  expect(count("person.turned-away")).toBe(2);
  // One network may cause ten lines a minute.
  expect(count("person.limit-reached")).toBe(4);
});

test("a flood fills neither the record nor the log: what is left out is counted", async () => {
  const site = await openSiteOfAna(behindProxy);
  const { refusals, background } = site.runtime.people;
  const action = "person.sign-in-failed";
  for (let tries = 0; tries < 50; tries += 1) refusals.record({ action, ipAddress: "203.0.113.9" });
  await background.settled();
  expect(banned(site)).toHaveLength(10);
  for (let tries = 0; tries < 1_000; tries += 1) {
    refusals.record({ action, ipAddress: `198.51.${100 + (tries % 100)}.${tries % 250}` });
    await background.settled();
  }
  await refusals.close();
  expect(banned(site)).toHaveLength(300);
  const rows = await site.runtime.database.select().from(auditEvents).where(eq(auditEvents.action, action));
  expect(rows).toHaveLength(30);
  const [rest] = await site.runtime.database
    .select()
    .from(auditEvents)
    .where(eq(auditEvents.action, "person.refusals-left-out"));
  expect(rest?.subject).toBe(String(1_050 - 30));
  site.wait(61_000);
  refusals.record({ action, ipAddress: "203.0.113.9" });
  await background.settled();
  expect(banned(site)).toHaveLength(301);
});

test("20 wrong passwords from anywhere keep Ana out of no browser that is hers, nor from a link", async () => {
  const site = await openSiteOfAna(behindProxy);
  const hers = site.browser({ "x-forwarded-for": "192.0.2.1" });
  await hers.signIn(ana);
  await hers.post("/logout/");
  const stranger = (index: number) => site.browser({ "x-forwarded-for": `198.51.100.${index}` });
  for (let index = 0; index < 21; index += 1)
    await stranger(index).post("/login/", { email: ana.email, password: "guess" });
  for (let index = 0; index < 6; index += 1) {
    await stranger(index).post("/login/link/", { email: ana.email });
    await stranger(index).post("/login/reset/", { email: ana.email });
  }
  const refused = await stranger(30).post("/login/link/", { email: ana.email });
  expect(refused.status).toBe(429);
  expect(refused.html).toContain("If a link was emailed to this address, the newest one still works.");
  expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(800);
  await site.runtime.people.background.settled();
  expect(site.letters.filter(({ to }) => to === ana.email).length).toBe(10);

  expect((await hers.signIn(ana)).status).toBe(303);
  await hers.post("/logout/");
  expect((await hers.post("/login/link/", { email: ana.email })).status).toBe(200);
  expect((await hers.post("/login/reset/", { email: ana.email })).status).toBe(200);
  // And from an unknown browser, with the link that the strangers' requests caused.
  const letter = site.letters.find(({ text }) => text.includes("/login/link/"));
  const elsewhere = site.browser({ "x-forwarded-for": "192.0.2.99" });
  expect((await elsewhere.post("/login/", ana)).status).toBe(429);
  await elsewhere.fill(linkIn(letter), "/login/link/confirm/");
  expect(await elsewhere.isSignedIn()).toBe(true);
});
