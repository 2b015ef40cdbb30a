/** The privacy page: open to everyone, true to the settings, and the operator's to add to or to replace. */
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { settings } from "../../../src/database/schema.ts";
import { createPerson } from "../../../src/people/sign-up/create-person.ts";
import { createVisitor, signedInVisitor, type Visitor } from "../../harness/people/visitor.ts";
import { startTestService, type TestService } from "../../harness/services/service.ts";

const olga = { name: "Olga", email: "olga@example.com", password: "a bell in the fog" };
const details = {
  operator: "Coastal Notes\nHarbour Road 1",
  email: "data@example.com",
  text: "Our host is Example Hosting.\n\nIts servers are in Lisbon.",
};

let service: TestService;
let operator: Visitor;

beforeAll(async () => {
  service = await startTestService({ SOCIAL_KEEP_SHARES_DAYS: "365" });
  await createPerson(service.runtime, olga);
  operator = await signedInVisitor(service, olga);
});
afterAll(() => service.stop());
beforeEach(async () => {
  await service.runtime.database.delete(settings);
  await service.runtime.settings.reread();
});

async function read(path = "/privacy/", headers: Record<string, string> = {}): Promise<string> {
  const answer = await createVisitor(service).get(path, headers);
  expect(answer.status).toBe(200);
  return await answer.text();
}

const save = (form: Record<string, string>) => operator.post("/admin/settings/privacy/", form);

test.each([
  ["en", "What we store about you", "365 days after it was done"],
  ["de", "Was wir über dich speichern", "365 Tage danach"],
  ["fr", "Ce que nous gardons sur vous", "365 jours après"],
  ["es", "Qué guardamos sobre ti", "365 días después"],
])("a stranger reads it in %s, by the browser or by the link that a network is given", async (language, title, time) => {
  for (const page of [
    await read("/privacy/", { "accept-language": language }),
    await read(`/privacy/?language=${language}`, { "accept-language": "en" }),
  ]) {
    expect(page).toContain(`<html lang="${language}"`);
    expect(page).toContain(title);
    expect(page).toContain(time);
    expect(page).toContain("Mastodon");
  }
});

test("it is linked from sign-in, from every page of a person, and from the set-up of a network", async () => {
  expect(await (await createVisitor(service).get("/login/")).text()).toContain('href="/privacy/"');
  expect(await (await operator.get("/social/")).text()).toContain('href="/privacy/"');
  expect(await (await operator.get("/admin/setup/threads/")).text()).toContain(
    `value="${service.address}privacy/"`,
  );
});

test("the operator says who runs the service, and adds a text below ours", async () => {
  expect((await save(details)).status).toBe(303);
  const page = await read();
  expect(page).toContain("What we store about you");
  expect(page).toContain("Coastal Notes\nHarbour Road 1");
  expect(page).toContain('href="mailto:data@example.com"');
  expect(page).toMatch(/From the operator.*Example Hosting\.<\/p>.*Lisbon\./s);
});

test("the operator's text takes the place of ours, and is shown as text", async () => {
  await save({ ...details, text: "<b>Ours</b> alone", replaces: "yes" });
  const page = await read();
  expect(page).toContain("&lt;b&gt;Ours&lt;/b&gt; alone");
  expect(page).not.toContain("What we store about you");
  expect(await (await operator.get("/admin/audit/")).text()).toContain("Privacy page");
  await save({ operator: "", email: "", text: "" });
  expect(await read()).toContain("What we store about you");
});

test.each([
  [{ ...details, email: "data" }, "Enter an email address like"],
  [{ ...details, text: "", replaces: "yes" }, "Write your own text first"],
  [{ ...details, operator: "x".repeat(501) }, "at most 500 characters"],
])("a refused form keeps what was written: %#", async (form, problem) => {
  const answer = await save(form);
  expect(answer.status).toBe(422);
  const page = await answer.text();
  expect(page).toContain(problem);
  expect(page).toContain(form.operator);
  expect(page).toContain(`value="${form.email}"`);
  expect(await read()).not.toContain("Coastal Notes");
});
