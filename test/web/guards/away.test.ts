import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createPerson } from "../../../src/people/sign-up/create-person.ts";
import { openBrowser, openProfile, person, signIn } from "../../harness/browser/browser.ts";
import { freshDatabaseUrl } from "../../harness/database/database.ts";
import { type DatabaseLine, openDatabaseLine } from "../../harness/database/database-line.ts";
import { createVisitor, signedInVisitor, type Visitor } from "../../harness/people/visitor.ts";
import { startTestService, type TestService } from "../../harness/services/service.ts";

const somewhere = "https://blog.example.com/lanterns";
const sharePage = `/social/share/?url=${encodeURIComponent(somewhere)}&title=Lanterns`;

let line: DatabaseLine;
let service: TestService;
let visitor: Visitor;
let browser: Browser;

beforeAll(async () => {
  line = await openDatabaseLine(await freshDatabaseUrl());
  service = await startTestService({ DATABASE_URL: line.url });
  await createPerson(service.runtime, person);
  visitor = await signedInVisitor(service, person);
  browser = await openBrowser();
});
afterAll(async () => {
  await browser.close();
  await service.stop();
  await line.close();
});

test.for([
  "/social/",
  sharePage,
  "/social/history/",
  "/account/",
  "/login/",
])("while the database is away %s says so, and comes back by itself", async (path) => {
  line.cut();
  const away = await visitor.get(path).finally(line.mend);
  expect(away.status).toBe(503);
  expect(Number(away.headers.get("retry-after"))).toBeGreaterThan(0);
  const html = await away.text();
  expect(html).toContain("problem on our side");
  expect(html).toContain('http-equiv="refresh"');
});

test.for<[string, Record<string, string>]>([
  ["/login/", { email: person.email, password: person.password }],
  ["/sign-up/", { name: "Ben", email: "ben@example.com", password: "a sea of lanterns" }],
  ["/social/connect/mastodon/", { server: "mastodon.localhost:1" }],
  ["/social/share/", { url: somewhere, message: "Hello" }],
  ["/account/name/", { name: "Anna" }],
])("while the database is away a form to %s is told to be sent again", async ([path, form]) => {
  line.cut();
  const who = path === "/sign-up/" || path === "/login/" ? createVisitor(service) : visitor;
  const away = await who.post(path, form).finally(line.mend);
  expect(away.status).toBe(503);
  expect(Number(away.headers.get("retry-after"))).toBeGreaterThan(0);
  const html = await away.text();
  expect(html).toContain("confirm that you want to send the form again");
  expect(html).not.toContain('http-equiv="refresh"');
});

test("a page that was asked for meanwhile is there without anybody's doing", async () => {
  const page = await (await openProfile(browser)).newPage();
  await page.goto(service.address);
  await signIn(page);
  await page.getByRole("heading", { name: "Accounts" }).waitFor();
  line.cut();
  await page.goto(new URL(sharePage, service.address).href).finally(() => {});
  await page.getByRole("heading", { name: "Back in a moment" }).waitFor();
  line.mend();
  await page.getByRole("heading", { name: "Lanterns" }).or(page.getByText("Lanterns")).first().waitFor();
  expect(new URL(page.url()).pathname).toBe("/social/share/");
  await page.context().close();
});
