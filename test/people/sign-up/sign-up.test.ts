import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { auditEvents, invitations, users, verifications } from "../../../src/database/schema.ts";
import { MailError } from "../../../src/people/mail/mail.ts";
import { createPerson } from "../../../src/people/sign-up/create-person.ts";
import { invite } from "../../../src/people/sign-up/invitations.ts";
import { ana, ben, linkIn, openSite, openSiteOfAna, type Site } from "../site.ts";

const DAY = 86_400_000;

test("the first person signs up even when sign-up is closed, and is the operator", async () => {
  const site = await openSite({ variables: { SOCIAL_SIGN_UP: "closed" } });
  const browser = site.browser();
  expect((await browser.get("/login/?next=%2Fsocial%2Fhistory%2F")).location).toBe(
    "/sign-up/?next=%2Fsocial%2Fhistory%2F",
  );
  const page = await browser.fill("/sign-up/?next=%2Fsocial%2Fhistory%2F", "/sign-up/", ana);
  expect(page.status).toBe(303);
  expect(page.location).toBe("/social/history/");
  expect(await browser.isSignedIn()).toBe(true);
  expect(await roles(site)).toEqual({ [ana.email]: "operator" });
});

test("of several first people at once exactly one is the operator", async () => {
  const site = await openSite();
  const names = ["ana", "ben", "cai", "dee", "eli"];
  const pages = await Promise.all(
    names.map((name) =>
      site.browser().post("/sign-up/", { name, email: `${name}@example.com`, password: ana.password }),
    ),
  );
  expect(pages.map(({ status }) => status)).toEqual(names.map(() => 303));
  expect(Object.values(await roles(site)).sort()).toEqual([
    "operator",
    "person",
    "person",
    "person",
    "person",
  ]);
});

test("of two first people at once only one gets in where sign-up is closed", async () => {
  const site = await openSite({ variables: { SOCIAL_SIGN_UP: "closed" } });
  const pages = await Promise.all([ana, ben].map((draft) => site.browser().post("/sign-up/", draft)));
  expect(pages.map(({ status }) => status).sort()).toEqual([303, 403]);
  expect(Object.values(await roles(site))).toEqual(["operator"]);
});

test("anybody signs up where sign-up is open, as an ordinary person, and lands where they were going", async () => {
  const site = await openSiteOfAna();
  const browser = site.browser();
  const asked = await browser.fill("/sign-up/?next=%2Fsocial%2Fhistory%2F", "/sign-up/", {
    email: ben.email,
  });
  expect(asked.html).toContain("Check your email");
  await site.runtime.people.background.settled();
  expect(await roles(site)).toEqual({ [ana.email]: "operator" });
  const link = linkIn(site.letters[0]);
  const made = await browser.fill(link, "/sign-up/", { name: ben.name, password: ben.password });
  expect(made.location).toBe("/social/history/");
  expect(await browser.isSignedIn()).toBe(true);
  expect(await roles(site)).toEqual({ [ana.email]: "operator", [ben.email]: "person" });
  const [person] = await site.runtime.database.select().from(users).where(eq(users.email, ben.email));
  expect(person).toMatchObject({ name: ben.name, emailVerified: true });
  expect((await site.browser().get(link)).status).toBe(410);
});

test("where no mail is sent anybody signs up at once, and the page says what that means", async () => {
  const site = await openSiteOfAna({ mail: "none" });
  const browser = site.browser();
  expect((await browser.get("/sign-up/")).html).toContain("This service does not send email");
  expect((await browser.fill("/sign-up/", "/sign-up/", ben)).status).toBe(303);
  expect(await browser.isSignedIn()).toBe(true);
  const [person] = await site.runtime.database.select().from(users).where(eq(users.email, ben.email));
  expect(person?.emailVerified).toBe(false);
});

test("where no mail is sent nobody takes the place of somebody who is invited", async () => {
  const site = await openSiteOfAna({ mail: "none" });
  const invited = await inviteByMail(site);
  const stranger = await site.browser().post("/sign-up/", { ...ben, password: "the stranger knows it" });
  expect(stranger.html).toContain("There is an invitation for this address");
  const link = "link" in invited ? invited.link : "";
  const owner = await site.browser().fill(link, "/sign-up/", { name: ben.name, password: ben.password });
  expect(owner.status).toBe(303);
  const [person] = await site.runtime.database.select().from(users).where(eq(users.email, ben.email));
  expect(person?.emailVerified).toBe(true);
});

test("signing up says the same for an address that somebody has, which is told by email", async () => {
  const site = await openSiteOfAna();
  const [known, unknown] = await Promise.all(
    [ana.email, ben.email].map((email) => site.browser().post("/sign-up/", { ...ben, email })),
  );
  await site.runtime.people.background.settled();
  expect(known?.status).toBe(unknown?.status);
  expect(known?.html.replaceAll(ana.email, "")).toBe(unknown?.html.replaceAll(ben.email, ""));
  const headersOf = (page: typeof known) => [...(page?.headers ?? [])].filter(([name]) => name !== "date");
  expect(headersOf(known).map(([name]) => name)).toEqual(headersOf(unknown).map(([name]) => name));
  expect(known?.headers.getSetCookie()).toEqual([]);
  const letterTo = (address: string) => site.letters.find(({ to }) => to === address)?.text;
  expect(letterTo(ana.email)).toContain("which already has one. Sign in here:");
  expect(letterTo(ana.email)).not.toContain("token=");
  expect(letterTo(ben.email)).toContain("/sign-up/?token=");
});

test("a mail server that fails does not show whose address signs up", async () => {
  const site = await openSiteOfAna({
    mail: async () => {
      throw new MailError("It did not answer.", { code: "ETIMEDOUT", obstacle: "server" });
    },
  });
  for (const email of [ana.email, ben.email])
    expect((await site.browser().post("/sign-up/", { email })).html).toContain("Check your email");
  await site.runtime.people.background.settled();
  expect(site.log()).toContain("ETIMEDOUT");
});

test("what a stranger typed for an address is nothing that its owner finds", async () => {
  const site = await openSiteOfAna();
  await site.browser().post("/sign-up/", { ...ben, name: "Mallory", password: "not ben’s own" });
  await site.runtime.people.background.settled();
  const owner = site.browser();
  const link = linkIn(site.letters[0]);
  expect((await owner.get(link)).html).not.toContain("Mallory");
  await owner.fill(link, "/sign-up/", { name: ben.name, password: ben.password });
  expect((await site.browser().signIn({ ...ben, password: "not ben’s own" })).status).toBe(422);
  expect((await site.browser().signIn(ben)).status).toBe(303);
});

test("a link to sign up works once, for an hour, for its address alone, and not for what the database keeps", async () => {
  const site = await openSiteOfAna();
  const ask = async () => {
    await site.browser().post("/sign-up/", { email: ben.email });
    await site.runtime.people.background.settled();
    return new URL(linkIn(site.letters.at(-1))).searchParams.get("token") ?? "";
  };
  const [first, second] = [await ask(), await ask()];
  const finish = (token: string, email: string = ben.email) =>
    site.browser().post("/sign-up/", { ...ben, email, token });
  const rows = await site.runtime.database.select().from(verifications);
  expect(JSON.stringify(rows)).not.toContain(first);
  for (const { id, identifier } of rows) {
    expect((await finish(id)).status).toBe(410);
    expect((await finish(identifier)).status).toBe(410);
  }
  expect((await finish(first, "cai@example.com")).status).toBe(422);
  const both = await Promise.all([finish(first), finish(second)]);
  expect(both.map(({ status }) => status).sort()).toEqual([303, 410]);
  expect((await finish(first)).status).toBe(410);
  expect(await roles(site)).toEqual({ [ana.email]: "operator", [ben.email]: "person" });
  await site.browser().post("/sign-up/", { email: "cai@example.com" });
  await site.runtime.people.background.settled();
  site.wait(59 * 60_000);
  expect((await site.browser().get(linkIn(site.letters.at(-1)))).status).toBe(200);
  site.wait(2 * 60_000);
  expect((await site.browser().get(linkIn(site.letters.at(-1)))).html).toContain("has expired");
});

test("nobody signs up where sign-up is closed, not even by email or invitation", async () => {
  const site = await openSiteOfAna({ variables: { SOCIAL_SIGN_UP: "closed" } });
  expect((await site.browser().get("/sign-up/")).status).toBe(403);
  expect((await site.browser().post("/sign-up/", ben)).html).toContain("Sign-up is closed");
  expect(await invite(site.runtime, ben.email)).toHaveProperty("problem");
  expect(await createPerson(site.runtime, ben)).toHaveProperty("problem");
  await askForLink(site, ben.email);
  expect(site.letters).toEqual([]);
  expect(await roles(site)).toEqual({ [ana.email]: "operator" });
});

test("without an invitation nobody signs up where one is needed", async () => {
  const site = await openSiteOfAna({ variables: { SOCIAL_SIGN_UP: "invitation" } });
  expect((await site.browser().get("/sign-up/")).html).toContain("You need an invitation to sign up");
  expect((await site.browser().post("/sign-up/", ben)).status).toBe(403);
  expect((await site.browser().post("/sign-up/", { ...ben, invitation: "made-up" })).html).toContain(
    "Ask for a new one",
  );
  await askForLink(site, ben.email);
  expect(site.letters).toEqual([]);
  expect(await roles(site)).toEqual({ [ana.email]: "operator" });
});

test("an invited person signs up once, with the invited address only", async () => {
  const site = await openSiteOfAna({ variables: { SOCIAL_SIGN_UP: "invitation" } });
  expect(await inviteByMail(site)).toMatchObject({ mailed: true });
  const link = linkIn(site.letters[0]);
  const invitation = new URL(link).searchParams.get("invitation") ?? "";

  expect((await site.browser().get(link)).html).toContain(`value="${ben.email}"`);
  const other = await site.browser().post("/sign-up/", { ...ben, email: "cai@example.com", invitation });
  expect(other.html).toContain(`This invitation is for ${ben.email}`);
  expect(
    (await site.browser().fill(link, "/sign-up/", { name: ben.name, password: ben.password })).status,
  ).toBe(303);
  expect((await site.browser().get(link)).status).toBe(403);
  const [row] = await site.runtime.database.select().from(invitations);
  expect(row?.acceptedAt).toBeInstanceOf(Date);
  expect(JSON.stringify(row)).not.toContain(invitation);
  expect(await roles(site)).toMatchObject({ [ben.email]: "person" });
});

test("two browsers with the same invitation make one account", async () => {
  const site = await openSiteOfAna({ variables: { SOCIAL_SIGN_UP: "invitation" } });
  await inviteByMail(site);
  const invitation = new URL(linkIn(site.letters[0])).searchParams.get("invitation") ?? "";
  const pages = await Promise.all([1, 2].map(() => site.browser().post("/sign-up/", { ...ben, invitation })));
  expect(pages.map(({ status }) => status).sort()).toEqual([303, 403]);
});

test("an invitation ends after seven days, and when a newer one is sent", async () => {
  const site = await openSiteOfAna({ variables: { SOCIAL_SIGN_UP: "invitation" } });
  await inviteByMail(site);
  await inviteByMail(site);
  const [first, second] = site.letters.map(linkIn);
  expect((await site.browser().get(first ?? "")).status).toBe(403);
  site.wait(7 * DAY - 60_000);
  expect((await site.browser().get(second ?? "")).status).toBe(200);
  site.wait(120_000);
  expect((await site.browser().get(second ?? "")).html).toContain("Ask for a new one");
});

test("an invited person may come by a mailed link instead", async () => {
  const site = await openSiteOfAna({ variables: { SOCIAL_SIGN_UP: "invitation" } });
  await inviteByMail(site);
  await askForLink(site, ben.email);
  const browser = site.browser();
  expect((await browser.fill(linkIn(site.letters[1]), "/login/link/confirm/")).location).toBe("/social/");
  expect(await browser.isSignedIn()).toBe(true);
  const [row] = await site.runtime.database.select().from(invitations);
  expect(row?.acceptedAt).toBeInstanceOf(Date);
  const [person] = await site.runtime.database.select().from(users).where(eq(users.email, ben.email));
  expect(person).toMatchObject({ name: "ben", role: "person", emailVerified: true });
});

test("a mailed link makes an account where sign-up is open", async () => {
  const site = await openSiteOfAna();
  await askForLink(site, "Cai@Example.com");
  expect((await site.browser().fill(linkIn(site.letters[0]), "/login/link/confirm/")).status).toBe(303);
  expect(await roles(site)).toEqual({ [ana.email]: "operator", "cai@example.com": "person" });
  const events = await site.runtime.database.select().from(auditEvents);
  expect(events.map(({ action }) => action)).toEqual(["person.signed-up", "person.signed-up"]);
});

test("a form with a mistake says what to do and keeps what was typed", async () => {
  const site = await openSiteOfAna({ mail: "none" });
  const short = await site
    .browser()
    .post("/sign-up/", { ...ben, password: "123456789", next: "/social/share/?url=x" });
  expect(short.status).toBe(422);
  expect(short.html).toContain("Choose a password with at least 10 characters.");
  expect(short.html).toContain(ben.email);
  expect(short.html).toContain('value="/social/share/?url=x"');
  expect(short.html).not.toContain("123456789");
  expect((await site.browser().post("/sign-up/", { ...ben, email: "ben" })).html).toContain(
    "like ana@example.com",
  );
  expect((await site.browser().post("/sign-up/", { ...ben, name: " " })).html).toContain("Enter your name.");
  expect((await site.browser().post("/sign-up/", { ...ana, email: "ANA@example.com" })).html).toContain(
    "Sign in instead",
  );
});

test("nobody makes themselves the operator through the form", async () => {
  const site = await openSiteOfAna({ mail: "none" });
  await site.browser().post("/sign-up/", { ...ben, role: "operator", emailVerified: "true" });
  const [person] = await site.runtime.database.select().from(users).where(eq(users.email, ben.email));
  expect(person).toMatchObject({ role: "person", emailVerified: false });
});

test("a ready-made person is made once and can sign in", async () => {
  const site = await openSite({ variables: { SOCIAL_SIGN_UP: "invitation" } });
  await createPerson(site.runtime, ana);
  await createPerson(site.runtime, ben);
  await createPerson(site.runtime, { ...ben, password: "another password" });
  expect(await roles(site)).toEqual({ [ana.email]: "operator", [ben.email]: "person" });
  expect((await site.browser().signIn(ben)).status).toBe(303);
});

test("the operator invites, sees the link once, and others do not see the page", async () => {
  const site = await openSiteOfAna({ variables: { SOCIAL_SIGN_UP: "invitation" } });
  const operator = site.browser();
  await operator.signIn(ana);
  const page = await operator.fill("/admin/people/", "/admin/people/", { email: ben.email });
  expect(page.html).toContain(`We sent the invitation to ${ben.email}.`);
  await site.runtime.people.background.settled();
  expect(page.html).toContain(linkIn(site.letters[0]));
  expect((await operator.get("/admin/people/")).html).not.toContain("invitation=");
  expect((await operator.post("/admin/people/", { email: ana.email })).html).toContain(
    "already has an account",
  );

  const person = site.browser();
  await person.fill(linkIn(site.letters[0]), "/sign-up/", { name: ben.name, password: ben.password });
  expect((await person.get("/admin/people/")).status).toBe(404);
  expect((await site.browser().get("/admin/people/")).location).toBe("/login/?next=%2Fadmin%2Fpeople%2F");
});

test("the operator is told to hand over the link when the mail server refuses the letter", async () => {
  const site = await openSiteOfAna({
    mail: async () => {
      throw new MailError("It did not answer.", { code: "EENVELOPE 550", obstacle: "letter" });
    },
  });
  const operator = site.browser();
  await operator.signIn(ana);
  const page = await operator.post("/admin/people/", { email: ben.email });
  expect(page.html).toContain(`We sent the invitation to ${ben.email}.`);
  expect(page.html).toContain("/sign-up/?invitation=");
  await site.runtime.people.background.settled();
  expect((await operator.get("/admin/people/")).html).toContain(
    "The mail server refused this invitation (EENVELOPE 550).",
  );
});

test("the list of people goes on for many pages", async () => {
  const site = await openSiteOfAna();
  const crowd = Array.from({ length: 120 }, (_, index) => `p${String(index).padStart(3, "0")}@example.com`);
  await site.runtime.database.insert(users).values(crowd.map((email) => ({ id: email, name: email, email })));
  const operator = site.browser();
  await operator.signIn(ana);
  const seen: string[] = [];
  for (let address: string | undefined = "/admin/people/"; address !== undefined; ) {
    const { html } = await operator.get(address);
    seen.push(...[...html.matchAll(/<span>([^<]+@example\.com)<\/span>/g)].map(([, email]) => email ?? ""));
    const more: string | undefined = /href="(\?after=[^"]+)"/.exec(html)?.[1];
    address = more === undefined ? undefined : `/admin/people/${more}`;
  }
  expect(seen).toEqual([ana.email, ...crowd]);
});

async function inviteByMail(site: Site) {
  const invitation = await invite(site.runtime, ben.email);
  await site.runtime.people.background.settled();
  return invitation;
}

async function askForLink(site: Site, email: string): Promise<void> {
  await site.browser().post("/login/link/", { email });
  await site.runtime.people.background.settled();
}

async function roles(site: Site): Promise<Record<string, string>> {
  const rows = await site.runtime.database.select().from(users);
  return Object.fromEntries(rows.map(({ email, role }) => [email, role]));
}
