/** Emails while the mail server fails: each is tried until it expires and sent once, and no page waits for it. */
import { eq, sql } from "drizzle-orm";
import { expect, onTestFinished, test } from "vitest";
import { letters, users } from "../../../src/database/schema.ts";
import { mailState } from "../../../src/operation/trouble/mail-state.ts";
import { createMailer, MailError, type MailObstacle } from "../../../src/people/mail/mail.ts";
import { putLetter } from "../../../src/people/mail/outbox.ts";
import { sendLetters } from "../../../src/people/mail/send-letters.ts";
import { invite, takeBackInvitation } from "../../../src/people/sign-up/invitations.ts";
import { freePort } from "../../harness/networks/networks.ts";
import { type MailServer, type Manner, startMailServer } from "../../harness/people/mail-server.ts";
import { ana, ben, linkIn, openSiteOfAna, type Site } from "../site.ts";

const MINUTE = 60_000;
const mailFrom = "Sharewell <share@example.com>";

async function openPost(options: Parameters<typeof startMailServer>[0] = {}): Promise<MailServer> {
  const server = await startMailServer(options);
  onTestFinished(server.stop);
  return server;
}

/** A site that sends its emails to this server. */
async function openSiteWith({ url }: Pick<MailServer, "url">): Promise<Site> {
  return await openSiteOfAna({ mail: createMailer({ mailUrl: url, mailFrom }).send });
}

async function later(site: Site, minutes: number): Promise<void> {
  site.wait(minutes * MINUTE);
  await sendLetters(site.runtime);
}

async function askForLink(site: Site, email: string = ana.email): Promise<string> {
  const page = await site.browser().post("/login/link/", { email });
  await site.runtime.people.background.settled();
  return page.html;
}

const statesOf = async ({ runtime }: Site) =>
  (await runtime.database.select().from(letters).orderBy(letters.createdAt)).map(({ state }) => state);

test.each<[Manner, MailObstacle, string]>([
  [{ recipient: 450 }, "letter, for now", "EENVELOPE 450"],
  [{ recipient: 550 }, "letter", "EENVELOPE 550"],
  [{ recipient: 421 }, "server", "ECONNECTION 421"],
  [{ data: 451 }, "letter, for now", "EMESSAGE 451"],
  [{ data: 552 }, "letter", "EMESSAGE 552"],
  [{ data: "drop" }, "server", "ECONNECTION"],
  [{ sender: 550 }, "server", "EENVELOPE 550"],
  [{ sender: 451 }, "server", "EENVELOPE 451"],
  [{ connect: 554 }, "server", "EPROTOCOL 554"],
  [{ connect: 421 }, "server", "EPROTOCOL 421"],
])("a server that answers %j stands in the way of: %s", async (manner, obstacle, code) => {
  const server = await openPost();
  server.behave(manner);
  const { send } = createMailer({ mailUrl: server.url, mailFrom });
  const error = await send({ to: ana.email, subject: "A", text: "B" }).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(MailError);
  expect(error).toMatchObject({ obstacle, code });
});

test("a wrong password, a certificate that nobody can check and a server that is not there are the server's", async () => {
  const server = await openPost();
  server.behave({ password: 535 });
  const encrypted = await openPost({ startTls: true });
  const urls = [
    server.url.replace("//", "//user:wrong@"),
    encrypted.url,
    server.url.replace("smtp:", "smtps:"),
    `smtp://127.0.0.1:${await freePort()}`,
    "smtp://no-such-host.invalid",
  ];
  for (const mailUrl of urls) {
    const { send } = createMailer({ mailUrl, mailFrom });
    const error = await send({ to: ana.email, subject: "A", text: "B" }).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ obstacle: "server" });
    expect(String(error)).not.toContain("wrong");
  }
});

test("a link that a greylisting server takes later arrives, and nothing that opens an account stands in the tables meanwhile", async () => {
  const server = await openPost();
  const site = await openSiteWith(server);
  server.behave({ recipient: 450 });
  expect(await askForLink(site)).toContain("Check your email");
  expect(server.taken).toEqual([]);
  const rows = JSON.stringify(await site.runtime.database.select().from(letters));
  expect(rows).toContain("waiting");
  expect(rows).not.toContain(ana.email);
  server.behave({});
  await later(site, 1);
  const [letter] = server.taken;
  expect(letter?.to).toBe(ana.email);
  const signedIn = site.browser();
  await signedIn.fill(/http\S+/.exec(letter?.text ?? "")?.[0] ?? "", "/login/link/confirm/");
  expect(await signedIn.isSignedIn()).toBe(true);
  await later(site, 1);
  expect(server.taken).toHaveLength(1);
  const [row] = await site.runtime.database.select().from(letters);
  expect(row).toMatchObject({ state: "sent", tries: 2, letterEnc: null, recipientHash: null });
});

test("a link is not sent once nobody waits for it, and a letter that is refused for good is not sent again", async () => {
  const server = await openPost();
  const site = await openSiteWith(server);
  server.behave({ recipient: 450 });
  await askForLink(site);
  await later(site, 14);
  server.behave({});
  await later(site, 2);
  expect(server.taken).toEqual([]);
  server.behave({ recipient: 550 });
  await askForLink(site);
  server.behave({});
  await later(site, 5);
  expect(server.taken).toEqual([]);
  expect(await statesOf(site)).toEqual(["expired", "refused"]);
  const kept = JSON.stringify(await site.runtime.database.select({ enc: letters.letterEnc }).from(letters));
  expect(kept).toBe('[{"enc":null},{"enc":null}]');
});

test("what does not apply any more is not sent: an older link, a withdrawn invitation, whose person is gone or changed their password", async () => {
  const server = await openPost();
  const site = await openSiteWith(server);
  const { database } = site.runtime;
  server.behave({ connect: 421 });
  await askForLink(site);
  await askForLink(site);
  await site.browser().post("/login/reset/", { email: ana.email });
  await invite(site.runtime, ben.email);
  const [open] = await database.execute(sql`select id from invitations`).then(({ rows }) => rows);
  await takeBackInvitation(site.runtime, { userId: "ana", ipAddress: undefined }, String(open?.id));
  await database.insert(users).values({ id: "gone", name: "Gone", email: "gone@example.com" });
  const notice = { kind: "notice", to: "gone@example.com", subject: "A", text: "B", userId: "gone" } as const;
  await putLetter(site.runtime, database, notice, "gone");
  await database.delete(users).where(eq(users.id, "gone"));
  const browser = site.browser();
  await browser.signIn(ana);
  await browser.post("/account/password/", {
    current: ana.password,
    currentPassword: ana.password,
    newPassword: "a rather new lantern",
  });
  await site.runtime.people.background.settled();
  server.behave({});
  await later(site, 3);
  await later(site, 3);
  const subjects = server.taken.map(({ text }) => /^Subject: (.*)$/m.exec(text)?.[1]);
  expect(subjects).toEqual(["Your Sharewell password was changed"]);
});

test("a page says that a letter is on its way only once it is kept", async () => {
  const server = await openPost();
  const site = await openSiteWith(server);
  await site.runtime.database.execute(sql`alter table letters rename to away`);
  for (const path of ["/login/link/", "/login/reset/"]) {
    const page = await site.browser().post(path, { email: ana.email });
    expect(page.status).toBe(500);
    expect(page.html).not.toContain("Check your email");
  }
});

test("while a server takes nothing, one letter at a time is tried, and the newest link goes first once it is back", async () => {
  const server = await openPost();
  const site = await openSiteWith(server);
  const { database } = site.runtime;
  await site.browser().signIn(ana);
  server.behave({ connect: 421 });
  const [person] = await database.select().from(users);
  const userId = person?.id ?? "";
  for (let number = 0; number < 100; number += 1)
    await putLetter(
      site.runtime,
      database,
      { kind: "notice", to: ana.email, subject: `Notice ${number}`, text: "B", userId },
      userId,
    );
  await sendLetters(site.runtime);
  const before = server.connections();
  expect(before).toBeLessThanOrEqual(4);
  await sendLetters(site.runtime);
  expect(server.connections()).toBe(before);
  await askForLink(site);
  expect(server.connections()).toBe(before);
  await Promise.all([later(site, 2), sendLetters(site.runtime)]);
  expect(server.connections()).toBe(before + 1);
  expect(await mailState(database)).toMatchObject({
    ...{ waiting: 101, isDown: true },
    lastFailure: { code: "EPROTOCOL 421" },
  });
  server.behave({});
  await later(site, 2);
  expect(server.taken).toHaveLength(101);
  const subjects = server.taken.slice(0, 6).map(({ text }) => /^Subject: (.*)$/m.exec(text)?.[1]);
  expect(subjects).toContain("Your link to sign in to Sharewell");
  const state = await mailState(database);
  expect(state).toMatchObject({ waiting: 0, isDown: false, refused: 0 });
  expect(state.lastSentAt).toBeInstanceOf(Date);
});

test("of several processes each letter is sent by one, and one that died leaves its letter to the others", async () => {
  const server = await openPost();
  const site = await openSiteWith(server);
  const { database } = site.runtime;
  const addresses = Array.from({ length: 12 }, (_, number) => `p${number}@example.com`);
  for (const to of addresses)
    await putLetter(site.runtime, database, { kind: "security", to, subject: "A", text: "B" });
  // It was claimed by a process that did not report back.
  await database
    .update(letters)
    .set({ tries: 1, dueAt: new Date(Date.now() + 2 * MINUTE) })
    .where(sql`true`);
  await Promise.all(Array.from({ length: 4 }, () => sendLetters(site.runtime)));
  expect(server.taken).toEqual([]);
  site.wait(3 * MINUTE);
  await Promise.all(Array.from({ length: 4 }, () => sendLetters(site.runtime)));
  expect(server.taken.map(({ to }) => to).toSorted()).toEqual(addresses.toSorted());
});

test("a letter that the server cannot bear keeps back no other", async () => {
  const server = await openPost();
  const site = await openSiteWith(server);
  const { database } = site.runtime;
  server.behave({ recipient: (address) => (address === "poison@example.com" ? 421 : undefined) });
  for (const to of ["poison@example.com", "fine@example.com"])
    await putLetter(site.runtime, database, { kind: "security", to, subject: "A", text: "B" });
  for (let round = 0; round < 4; round += 1) await later(site, 0.2);
  expect(server.taken.map(({ to }) => to)).toEqual(["fine@example.com"]);
});

test("the log names no address, and says which kind of letter failed and how", async () => {
  const server = await openPost();
  const site = await openSiteWith(server);
  server.behave({ recipient: 450 });
  await askForLink(site);
  expect(site.log()).toMatch(/"kind":"sign-in-link","code":"EENVELOPE 450","tries":1,"ms":\d+/);
  expect(site.log()).not.toContain(ana.email);
  expect(() => linkIn(site.letters[0])).toThrow("no letter");
});
