/** Which passwords are accepted: long ones with any characters that are not easy to guess. */
import { expect, test } from "vitest";
import { credentials } from "../../../src/database/schema.ts";
import { refuseWeak } from "../../../src/people/password/password-strength.ts";
import { createPerson } from "../../../src/people/sign-up/create-person.ts";
import { ana, ben, linkIn, openSite, openSiteOfAna } from "../site.ts";

const own = ["Ana Lima", "ana.lima@example.com", "Our Shares", "share.example.org", "Sharewell"];

test.each([
  ...["password123", "Password2026!", "P@ssw0rd1234", "1234567890", "9876543210", "qwertyuiop"],
  ...["zxcvbnm123", "aaaaaaaaaaaa", "abcabcabcabc", "passwordpasswordpassword", "trustno1trustno1"],
  ...["iloveyou123", "monkeydragon", "football2024", "administrator", "1q2w3e4r5t6y"],
  ...["Passwort1234", "motdepasse123", "contraseña123", "PASSWORD  PASSWORD"],
])("a common password is refused, whatever stands around it: %s", async (password) => {
  expect(JSON.stringify(await refuseWeak(password, own))).toContain("many people use");
});

test.each([
  ...["ana.lima@example.com", "ana.lima@example.com1", "analima2026", "AnaLima!AnaLima!", "Lima.Ana.1999"],
  ...["Sharewell2026", "sharewell rocks", "share.example.org", "OurShares!23", "our shares 1"],
])("what belongs to the person or the service is refused: %s", async (password) => {
  expect(JSON.stringify(await refuseWeak(password, own))).toContain("the name of this service");
});

test.each([
  ...[
    "a sea of lanterns",
    "nine paper boats",
    "xK3#9fLq2@",
    "jmfnuzkwpq",
    "жёлтая лампа в саду",
    "蓝色的灯塔在远方的海边",
  ],
  ...["x".repeat(50).replaceAll(/./g, (_sign, at: number) => String.fromCharCode(97 + ((at * at * 7) % 26)))],
])("no signs are asked for, and any are taken: %s", async (password) => {
  expect(await refuseWeak(password, own)).toBeUndefined();
});

test("a weak password is refused wherever one is chosen, says why, and nothing else typed is lost", async () => {
  const weak = "password2026";
  const site = await openSite();
  const first = await site.browser().post("/sign-up/", { ...ana, password: weak });
  expect(first.status).toBe(422);
  expect(first.html).toContain("This password is easy to guess");
  expect(first.html).toContain(ana.email);
  expect(first.html).not.toContain(weak);
  expect(await createPerson(site.runtime, { ...ana, password: weak })).toHaveProperty("problem");
  await createPerson(site.runtime, ana);

  await site.browser().post("/sign-up/", { email: ben.email });
  await site.runtime.people.background.settled();
  const link = linkIn(site.letters.at(-1));
  const refused = await site.browser().fill(link, "/sign-up/", { name: ben.name, password: weak });
  expect(refused.status).toBe(422);
  expect(refused.html).toContain(`value="${ben.name}"`);
  const made = await site.browser().fill(link, "/sign-up/", { name: ben.name, password: ben.password });
  expect(made.status).toBe(303);

  const browser = site.browser();
  await browser.signIn(ana);
  const change = { currentPassword: ana.password, newPassword: "ana@example.com" };
  const changed = await browser.post("/account/password/", change);
  expect(changed.status).toBe(422);
  expect(changed.html).toContain("your email address");

  await site.browser().post("/login/reset/", { email: ana.email });
  await site.runtime.people.background.settled();
  const reset = linkIn(site.letters.at(-1));
  const again = await site.browser().fill(reset, "/login/reset/new/", { password: weak });
  expect(again.status).toBe(422);
  expect(again.html).toContain("This password is easy to guess");
  const done = await site.browser().fill(reset, "/login/reset/new/", { password: "nine paper boats" });
  expect(done.status).toBe(303);
});

test("who has a weak password already still signs in", async () => {
  const site = await openSiteOfAna();
  const weak = "password2026";
  const { password } = await (await site.runtime.people.auth()).context;
  await site.runtime.database.update(credentials).set({ password: await password.hash(weak) });
  expect((await site.browser().signIn({ ...ana, password: weak })).status).toBe(303);
});
