/** Too many requests: what each page and program gets, on the whole service behind a proxy. */
import { randomUUID } from "node:crypto";
import { eq, like } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { rateLimits, users } from "../../../src/database/schema.ts";
import { createPerson } from "../../../src/people/sign-up/create-person.ts";
import { connectAccount } from "../../harness/people/accounts.ts";
import { createVisitor, signedInVisitor, type Visitor } from "../../harness/people/visitor.ts";
import { startTestService, type TestService } from "../../harness/services/service.ts";

const ana = { name: "Ana", email: "ana@example.com", password: "a sea of lanterns" };
const fresh = "a fresh new password";

let service: TestService;
let visitor: Visitor;
let account: string;

beforeAll(async () => {
  service = await startTestService({
    SOCIAL_TRUST_PROXY: "true",
    OIDC_ISSUER: "https://127.0.0.1:1",
    OIDC_CLIENT_ID: "sharewell",
    OIDC_CLIENT_SECRET: "a secret of the provider",
  });
  await createPerson(service.runtime, ana);
  visitor = await signedInVisitor(service, ana);
  const [person] = await service.runtime.database.select().from(users).where(eq(users.email, ana.email));
  ({ id: account } = await connectAccount(service.runtime, person ?? { id: "" }, { platform: "twitter" }));
});
afterAll(() => service.stop());

/** As if everyone with such a counter had already made far too many requests. */
async function fillCounters(name: string): Promise<void> {
  const { database } = service.runtime;
  await database
    .update(rateLimits)
    .set({ points: 1_000_000 })
    .where(like(rateLimits.key, `${name}:%`));
}

/** Some limits are taken from the shared counter many at a time. */
async function askUntilRefused(ask: () => Promise<Response>): Promise<Response> {
  let answer = await ask();
  for (let tries = 0; tries < 100 && answer.status !== 429; tries += 1) answer = await ask();
  expect(answer.status).toBe(429);
  expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
  return answer;
}

/** Each test uses a separate network, because its counters stay full. */
let networks = 0;

test.each([
  ["sign-in", "/login/", { email: ana.email, password: "a wild guess" }],
  ["sign-up", "/sign-up/", { name: "Ben", email: "ben@example.com", password: "seven green kites" }],
  ["sign-in-link", "/login/link/", { email: "ben@example.com" }],
  ["link-use", "/login/link/confirm/", { token: "made-up" }],
  ["code", "/login/code/", { code: "123456" }],
  ["passkey", "/login/passkey/options/", {}],
  ["openid", "/login/oidc/", {}],
  ["password-reset", "/login/reset/", { email: "ben@example.com" }],
  ["link-use", "/login/reset/new/", { token: "made-up", password: fresh }],
])("a network that tries too often (%s at %s) must wait, and no other", async (action, path, form) => {
  networks += 1;
  const ask = (from: string) => {
    const headers = { "x-forwarded-for": from };
    const someone = createVisitor(service);
    return someone.post(path, form, headers);
  };
  const hasty = `198.51.100.${networks}:4711`;
  expect((await ask(hasty)).status).not.toBe(429);
  await fillCounters(`${action} network`);
  const refused = await ask(hasty);
  expect(refused.status).toBe(429);
  expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
  expect(await refused.text()).toContain("Too many attempts. Wait ");
  expect((await ask(`[2001:db8:${networks}::1]:443`)).status).not.toBe(429);
});

test("neighbours who try too often hold back no browser in which somebody signed in before", async () => {
  const here = { "x-forwarded-for": "203.0.113.77" };
  const use = (someone: Visitor) => someone.post("/login/link/confirm/", { token: "made-up" }, here);
  await use(createVisitor(service));
  await fillCounters("link-use network");
  expect((await use(createVisitor(service))).status).toBe(429);
  expect((await use(visitor)).status).toBe(410);
});

const url = "https://blog.example.com/often";
const form = () => ({ url, message: "Worth <a> read", account });
const id = randomUUID();

test.each([
  ["password-change", "/account/password/", { currentPassword: "wrong", newPassword: fresh }, "Too many"],
  ["password-change", "/account/second-factor/", { password: "wrong" }, "Too many"],
  ["mail-change", "/account/mail/", { email: "new.ana@example.com" }, "new.ana@example.com"],
  ["share", "/social/share/", form, "Worth &lt;a&gt; read"],
  ["share", `/social/retry/${id}/`, {}, "Too many"],
  ["share", `/social/resolve/${id}/again/`, {}, "Too many"],
  ["share", `/social/now/${id}/`, {}, "Too many"],
  ["connect", "/social/connect/mastodon/", { server: "mastodon.example" }, "mastodon.example"],
  ["connect", `/social/verify/${id}/`, {}, "Too many"],
  ["read", `/social/share/?url=${url}`, undefined, "Too many"],
  ["read", `/social/share/page/?url=${url}`, undefined, "Too many"],
  ["read", `/card?url=${url}`, undefined, "Too many"],
  ["draft", "/social/share/count/", form, "Too many"],
  ["draft", "/social/share/previews/", form, "Too many"],
])("a person who asks too often (%s at %s) must wait, and loses nothing typed", async (action, path, fields, kept) => {
  const ask = () =>
    fields === undefined
      ? visitor.get(path)
      : visitor.post(path, typeof fields === "function" ? fields() : { ...fields });
  await ask();
  await fillCounters(`${action} person`);
  const refused = await askUntilRefused(ask);
  const html = await refused.text();
  expect(html).toContain("Too many attempts. Wait ");
  expect(html).toContain(kept);
});

test("a part of a page that is asked for too often is told in words alone", async () => {
  const ask = () => visitor.post("/social/share/count/", form(), { "hx-request": "true" });
  await ask();
  await fillCounters("draft person");
  const refused = await askUntilRefused(ask);
  expect(await refused.text()).toBe("Too many attempts. Wait a minute, then try again.");
});

test("a program that asks the API too often gets JSON that says when to go on", async () => {
  const ask = (from: string) =>
    createVisitor(service).get(`/api/v1/pages?url=${url}`, { "x-forwarded-for": from });
  expect((await ask("203.0.113.9")).status).toBe(200);
  await fillCounters("api network");
  const refused = await askUntilRefused(() => ask("203.0.113.9"));
  expect(refused.headers.get("access-control-allow-origin")).toBe("*");
  expect(refused.headers.get("cache-control")).toBe("no-store");
  expect(await refused.json()).toEqual({ error: "Too many attempts. Wait a minute, then try again." });
  expect((await ask("203.0.113.10")).status).toBe(200);
});
