import { sql } from "drizzle-orm";
import { expect, test } from "vitest";
import { sessions } from "../../src/database/schema.ts";
import { removeExpired } from "../../src/people/expired.ts";
import { invite } from "../../src/people/sign-up/invitations.ts";
import { ana, ben, linkIn, openSiteOfAna } from "./site.ts";

test("nothing of all this leaves a secret in the log, not even where things fail", async () => {
  const site = await openSiteOfAna();
  const browser = site.browser();
  await browser.signIn({ email: ana.email, password: "wrong pass phrase" });
  await browser.signIn(ana);
  await invite(site.runtime, ben.email);
  await browser.post("/login/link/", { email: ana.email });
  await browser.post("/login/reset/", { email: ana.email });
  await site.runtime.people.background.settled();
  await browser.post("/login/link/confirm/", { token: "made-up-token-made-up" });
  await site.runtime.database.execute(sql`alter table sessions rename to gone`);
  const failed = await site.browser().post("/login/", ana);
  expect(failed.status).toBe(500);
  expect(site.log()).not.toBe("");

  const tokens = site.letters
    .map((letter) => new URL(linkIn(letter)).searchParams)
    .map((query) => query.get("token") ?? query.get("invitation"));
  expect(tokens).toHaveLength(3);
  const cookies = [...browser.cookies.values()];
  expect(cookies).toHaveLength(2);
  for (const secret of [
    ...tokens,
    ...cookies,
    ana.password,
    "wrong pass phrase",
    site.runtime.config.sessionSecret,
  ]) {
    expect(site.log()).not.toContain(secret);
  }
});

test("what has run out is removed, and what has not stays", async () => {
  const site = await openSiteOfAna();
  await site.browser().signIn(ana);
  await invite(site.runtime, ben.email);
  await removeExpired(site.runtime);
  expect(await site.runtime.database.select().from(sessions)).toHaveLength(1);
  site.wait(31 * 86_400_000);
  await removeExpired(site.runtime);
  expect(await site.runtime.database.select().from(sessions)).toHaveLength(0);
});
