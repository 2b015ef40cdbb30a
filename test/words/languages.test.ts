/** Which language a reader gets, and how it applies to a page, an email and stored texts. */
import { randomUUID } from "node:crypto";
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { keepTold, readTold } from "../../src/connections/told.ts";
import { users } from "../../src/database/schema.ts";
import { createPerson } from "../../src/people/sign-up/create-person.ts";
import { chooseLanguage, directionOf } from "../../src/words/languages.ts";
import { inEnglish, part, say, wordsOf } from "../../src/words/words.ts";
import { connectAccount } from "../harness/people/accounts.ts";
import { draftFor, orderFault, shareTo } from "../harness/people/shares.ts";
import { createVisitor, signedInVisitor, type Visitor } from "../harness/people/visitor.ts";
import { startTestService, type TestService } from "../harness/services/service.ts";

describe("the language", () => {
  test.each([
    [undefined, undefined, "en", undefined],
    [undefined, "de-AT,de;q=0.9,en;q=0.8", "de", "de-AT"],
    [undefined, "ja,fr-CA;q=0.7,en;q=0.5", "fr", "fr-CA"],
    [undefined, "en-US,en;q=0.9", "en", "en-US"],
    [undefined, "es;q=0, de;q=0.1", "de", undefined],
    ["es", "de-DE,de", "es", undefined],
    ["xx", "de", "de", undefined],
    [undefined, "*", "en", undefined],
    [undefined, "de-<script>,;;;q=x", "en", undefined],
  ] as const)("chosen %s and accepted %s is %s", (chosen, accepted, language, locale) => {
    expect(chooseLanguage(chosen, accepted)).toEqual({ language, locale });
  });

  test("runs to the left where its script does", () => {
    expect(["en", "de", "ar", "he", "fa"].map(directionOf)).toEqual(["ltr", "ltr", "rtl", "rtl", "rtl"]);
  });
});

describe("words", () => {
  test("a saying inside another is put into the same language", () => {
    const told = say("{message} An earlier attempt may have posted it. Check your profile.", {
      message: part(say("Something went wrong on our side.")),
    });
    const german = wordsOf("de").t(told);
    expect(german).not.toContain("Something");
    expect(german).not.toContain("earlier");
    expect(inEnglish(told)).toBe(
      "Something went wrong on our side. An earlier attempt may have posted it. Check your profile.",
    );
  });

  test("a list is written as its language writes lists, and what it holds is translated too", () => {
    const told = say("Set up: {there}.", { there: ["Threads", say("Email"), "X"] });
    expect(inEnglish(told)).toBe("Set up: Threads, Email and X.");
    expect(wordsOf("de").t(told)).toBe("Eingerichtet: Threads, E-Mail und X.");
    expect(readTold({ ...keepTold(told) })).toEqual(told);
  });

  test("what has no translation stays as it is, and braces of others are not read as ours", () => {
    expect(wordsOf("de").t("A sentence that nobody wrote.")).toBe("A sentence that nobody wrote.");
    expect(
      wordsOf("fr").t(say("Facebook did not accept this link: {words}", { words: "{x} <b>" })),
    ).toContain("{x} <b>");
  });
});

describe("a reader", () => {
  let service: TestService;
  const ana = { name: "Ana", email: "ana@example.com", password: "a sea of lanterns" };
  let visitor: Visitor;
  let id: string;

  beforeAll(async () => {
    service = await startTestService();
    await createPerson(service.runtime, ana);
    visitor = await signedInVisitor(service, ana);
    const [row] = await service.runtime.database.select().from(users).where(eq(users.email, ana.email));
    id = row?.id ?? "";
  });
  afterAll(() => service.stop());

  test.each([
    ["de", "Anmelden"],
    ["fr", "Se connecter"],
    ["es", "sesión"],
  ])("whose browser asks for %s gets it before login, and complaints too", async (language, words) => {
    const stranger = createVisitor(service);
    const headers = { "accept-language": language };
    const page = await (await stranger.get("/login/", headers)).text();
    expect(page).toContain(`<html lang="${language}" dir="ltr">`);
    expect(page).toContain(words);
    const refused = await stranger.post(
      "/login/",
      { email: `${randomUUID()}@example.com`, password: "x" },
      headers,
    );
    expect(await refused.text()).not.toContain("is wrong");
  });

  test("chooses a language in the settings: pages and mails follow, whatever the browser asks for", async () => {
    const form = { notices: "all", zone: "Europe/Berlin", language: "de" };
    expect((await visitor.post("/account/preferences/", form)).status).toBe(303);
    const page = await visitor.get("/account/", { "accept-language": "fr" });
    expect(await page.text()).toContain('<html lang="de"');
    await createVisitor(service).post("/login/link/", { email: ana.email });
    await service.runtime.people.background.settled();
    expect(service.letters.findLast(({ to }) => to === ana.email)?.subject).not.toContain("Your link");
    expect((await visitor.post("/account/preferences/", { ...form, language: "tlh" })).status).toBe(422);
    await visitor.post("/account/preferences/", { ...form, language: "" });
    expect(await (await visitor.get("/account/")).text()).toContain('<html lang="en"');
  });

  test("reads what a network refused in any language, and dates as they are written there", async () => {
    const connection = await connectAccount(service.runtime, { id }, { platform: "twitter" });
    await orderFault(service.emulator.twitter, "POST /2/tweets", { kind: "revoke-token" });
    const [share] = await shareTo(service.runtime, { id }, draftFor([connection]));
    const path = `/social/shares/${share?.id}/`;
    const german = await (await visitor.get(path, { "accept-language": "de-DE" })).text();
    const english = await (await visitor.get(path, { "accept-language": "en-GB" })).text();
    expect(german).toContain("Verbinde das Konto neu.");
    expect(german).not.toContain("What happened");
    expect(english).toContain("What happened");
    const year = new Date().getFullYear();
    const month = new Intl.DateTimeFormat("de-DE", { month: "long" }).format(new Date());
    expect(german).toContain(`${month} ${year}`);
  });
});
