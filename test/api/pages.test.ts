import { afterAll, beforeAll, expect, test } from "vitest";
import { users } from "../../src/database/schema.ts";
import { createPerson } from "../../src/people/sign-up/create-person.ts";
import { connectAccount } from "../harness/people/accounts.ts";
import { draftFor, shareTo } from "../harness/people/shares.ts";
import { signedInVisitor } from "../harness/people/visitor.ts";
import { startTestService, type TestService } from "../harness/services/service.ts";

const ana = { name: "Ana", email: "ana@example.com", password: "a sea of lanterns" };
const ben = { name: "Ben", email: "ben@example.com", password: "seven green kites" };
const url = "https://blog.example.com/shared";

async function start(setting: string): Promise<TestService> {
  const service = await startTestService({ SOCIAL_PUBLIC_COUNTS: setting });
  for (const login of [ana, ben]) await createPerson(service.runtime, login);
  const rows = await service.runtime.database.select().from(users);
  const person = rows.find(({ email }) => email === ana.email) ?? { id: "" };
  const x = await connectAccount(service.runtime, person, { platform: "twitter" });
  const mastodon = await connectAccount(service.runtime, person, {
    platform: "mastodon",
    server: `mastodon.localhost:${service.emulator.mastodon.port}`,
  });
  const page = { url, title: "Shared", description: "", image: undefined };
  await shareTo(service.runtime, person, draftFor([x, mastodon], { page }));
  await shareTo(service.runtime, person, {
    ...draftFor([x], { page: { ...page, url: `${url}/` } }),
    message: "Once more",
    repeat: [x.id],
  });
  return service;
}

let open: TestService;
let closed: TestService;
beforeAll(async () => {
  [open, closed] = await Promise.all([start("true"), start("false")]);
});
afterAll(async () => {
  await Promise.all([open.stop(), closed.stop()]);
});

const path = `/api/v1/pages?url=${encodeURIComponent(`${url}?utm_source=letter`)}`;

test("anybody is told how often a page was shared where the operator wants it, by network, without names", async () => {
  const answer = await fetch(new URL(path, open.address));
  expect(answer.headers.get("access-control-allow-origin")).toBe("*");
  expect(answer.headers.get("cache-control")).toBe("public, max-age=60");
  expect(await answer.json()).toEqual({
    url: `${url}?utm_source=letter`,
    total: 3,
    platforms: { twitter: 2, mastodon: 1 },
    mine: null,
  });
  const none = await fetch(new URL("/api/v1/pages?url=https://blog.example.com/other", open.address));
  expect(await none.json()).toMatchObject({ total: 0, platforms: {} });
});

test("by default nobody is told", async () => {
  const answer = await fetch(new URL(path, closed.address));
  expect(await answer.json()).toMatchObject({ total: null, platforms: null, mine: null });
});

test("a signed-in person is told their own shares, and no cache keeps that", async () => {
  const visitor = await signedInVisitor(closed, ana);
  const answer = await visitor.get(path);
  expect(answer.headers.get("cache-control")).toBe("private, no-store");
  const { mine } = (await answer.json()) as { mine: object[] };
  expect(mine).toHaveLength(3);
  expect(mine).toContainEqual({
    platform: "twitter",
    account: "@ana",
    status: "posted",
    post_url: expect.stringMatching(/^http/),
    shared_at: expect.stringMatching(/Z$/),
  });
  const other = await signedInVisitor(closed, ben);
  expect(await (await other.get(path)).json()).toMatchObject({ mine: [] });
});

test("an address that is none is refused in a sentence", async () => {
  const answer = await fetch(new URL("/api/v1/pages?url=blog", open.address));
  expect(answer.status).toBe(400);
  expect(await answer.json()).toEqual({
    error: "The page’s address is not a web address: it must start with https:// or http://.",
  });
});
