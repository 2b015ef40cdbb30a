import { expect, test } from "vitest";
import { users, verifications } from "../../../src/database/schema.ts";
import { signInByLink } from "../../../src/people/sign-in/sign-in-link.ts";
import { ana, ben, linkIn, openSiteOfAna, type Site, squat } from "../site.ts";

const share = "/social/share/?url=https%3A%2F%2Fsite.example%2Fa%3Fb%3D1%26c%3D2";

test("a person signs in by a mailed link and lands where they were going", async () => {
  const site = await openSiteOfAna();
  const login = `/login/?${new URLSearchParams({ next: share })}`;
  const asked = await site.browser().fill(login, "/login/link/", { email: ana.email });
  expect(asked.html).toContain("Check your email");
  await site.runtime.people.background.settled();
  expect(site.letters[0]).toMatchObject({ to: ana.email, subject: "Your link to sign in to Sharewell" });
  const browser = site.browser();
  const page = await browser.get(linkIn(site.letters[0]));
  expect(page.html).toContain(ana.email);
  expect((await browser.fill(linkIn(site.letters[0]), "/login/link/confirm/")).location).toBe(share);
  expect(await browser.isSignedIn()).toBe(true);
});

test("a program that opens the link before the person does not use it up", async () => {
  const site = await openSiteOfAna();
  await ask(site, { email: ana.email });
  const link = linkIn(site.letters[0]);
  const scanner = site.browser();
  for (let visits = 0; visits < 3; visits += 1) expect((await scanner.get(link)).status).toBe(200);
  expect(scanner.cookies.size).toBe(0);
  expect((await site.browser().fill(link, "/login/link/confirm/")).status).toBe(303);
});

test("a link works once, also for two who press the button at once", async () => {
  const site = await openSiteOfAna();
  await ask(site, { email: ana.email });
  const link = linkIn(site.letters[0]);
  const token = new URL(link).searchParams.get("token") ?? "";
  const pages = await Promise.all([1, 2].map(() => site.browser().post("/login/link/confirm/", { token })));
  expect(pages.map(({ status }) => status).sort()).toEqual([303, 410]);
  const late = await site.browser().get(link);
  expect(late.status).toBe(410);
  expect(late.html).toContain("Request a new link");
});

test("a link is over after a quarter of an hour", async () => {
  const site = await openSiteOfAna();
  await ask(site, { email: ana.email, next: share });
  const [row] = await site.runtime.database.select().from(verifications);
  expect(row?.expiresAt.getTime()).toBeLessThanOrEqual(Date.now() + 15 * 60_000);
  await site.runtime.database.update(verifications).set({ expiresAt: new Date(Date.now() - 1_000) });
  const link = linkIn(site.letters[0]);
  const late = await site.browser().get(link);
  expect(late.status).toBe(410);
  expect(late.html).toContain(new URLSearchParams({ next: share }).toString());
  const token = new URL(link).searchParams.get("token") ?? "";
  expect((await site.browser().post("/login/link/confirm/", { token })).status).toBe(410);
});

test("what the database keeps of a link does not sign anybody in", async () => {
  const site = await openSiteOfAna();
  await ask(site, { email: ana.email });
  const token = new URL(linkIn(site.letters[0])).searchParams.get("token") ?? "";
  const [row] = await site.runtime.database.select().from(verifications);
  expect(JSON.stringify(row)).not.toContain(token);
  const visitor = { headers: new Headers(), ipAddress: undefined };
  expect(await signInByLink(site.runtime, visitor, row?.identifier ?? "")).toHaveProperty("problem");
});

test("an address that nobody has gets the same answer, and no mail where sign-up is not open", async () => {
  const site = await openSiteOfAna({ variables: { SOCIAL_SIGN_UP: "invitation" } });
  const known = await ask(site, { email: ana.email });
  const unknown = await ask(site, { email: ben.email });
  expect(unknown.status).toBe(known.status);
  expect(unknown.html.replaceAll(ben.email, ana.email)).toBe(known.html);
  expect(site.letters.map(({ to }) => to)).toEqual([ana.email]);
});

test("a mail server that fails or hangs does not show who has an account", async () => {
  let release = () => {};
  const hanging = new Promise<void>((done) => {
    release = done;
  });
  const site = await openSiteOfAna({
    variables: { SOCIAL_SIGN_UP: "invitation" },
    mail: async () => {
      await hanging;
      throw new Error(`refused ${ana.email}`);
    },
  });
  const known = await site.browser().post("/login/link/", { email: ana.email });
  expect(known.status).toBe(200);
  release();
  await site.runtime.people.background.settled();
  expect(site.log()).toContain("a letter could not be sent; it is tried again");
  expect(site.log()).not.toContain(ana.email);
});

test("an address that is none says so", async () => {
  const site = await openSiteOfAna();
  const page = await site.browser().post("/login/link/", { email: "ana", next: share });
  expect(page.status).toBe(422);
  expect(page.html).toContain("Enter an email address like ana@example.com.");
});

test("nobody floods an address with mail", async () => {
  const site = await openSiteOfAna();
  for (let tries = 0; tries < 5; tries += 1) expect((await ask(site, { email: ana.email })).status).toBe(200);
  const refused = await ask(site, { email: ana.email });
  expect(refused.status).toBe(429);
  expect(refused.html).toContain("Too many attempts. Wait 15 minutes");
  expect(site.letters).toHaveLength(5);
});

test("a password that somebody set for an address that is not theirs ends when its owner comes by link", async () => {
  const site = await openSiteOfAna();
  const squatter = site.browser();
  await squat(site, { ...ben, password: "not ben's own" });
  await squatter.signIn({ ...ben, password: "not ben's own" });
  await ask(site, { email: ben.email });
  await site.browser().fill(linkIn(site.letters[0]), "/login/link/confirm/");
  expect(await squatter.isSignedIn()).toBe(false);
  expect((await site.browser().post("/login/", { email: ben.email, password: "not ben's own" })).status).toBe(
    422,
  );
  expect(await site.runtime.database.select().from(users)).toHaveLength(2);
});

async function ask(site: Site, fields: Record<string, string>) {
  const page = await site.browser().post("/login/link/", fields);
  await site.runtime.people.background.settled();
  return page;
}
