import { request as ask } from "node:http";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createPerson } from "../../../src/people/sign-up/create-person.ts";
import { person } from "../../harness/browser/browser.ts";
import { signedInVisitor } from "../../harness/people/visitor.ts";
import { startTestService, type TestService } from "../../harness/services/service.ts";

let plain: TestService;
let proxied: TestService;

beforeAll(async () => {
  plain = await startTestService();
  proxied = await startTestService({ SOCIAL_TRUST_PROXY: "true" });
});
afterAll(async () => {
  await plain.stop();
  await proxied.stop();
});

const UUID = /^[0-9a-f-]{36}$/;
const numberOf = async (service: TestService, path: string, given?: string) =>
  (
    await fetch(new URL(path, service.address), {
      headers: given === undefined ? {} : { "x-request-id": given },
    })
  ).headers.get("x-request-id");

test.for([
  "/healthz",
  "/login/",
  "/nowhere",
  "/fragments/share-button?url=https://example.com/",
  "/assets/x/y",
])("%s is answered with a number of its own each time", async (path) => {
  const numbers = [await numberOf(plain, path), await numberOf(plain, path)];
  for (const number of numbers) expect(number).toMatch(UUID);
  expect(numbers[0]).not.toBe(numbers[1]);
});

test("a number is taken from the operator's proxy, and from nobody else", async () => {
  const given = "7f9c2ba4-e88f-11ee-9c3e-0242ac120002";
  expect(await numberOf(proxied, "/healthz", given)).toBe(given);
  expect(await numberOf(plain, "/healthz", given)).not.toBe(given);
});

test.for([
  "short",
  "a".repeat(65),
  "with a blank",
  "line\\nbreak",
  "<b>12345678</b>",
  "-12345678",
])("a number that is none is not taken: %s", async (given) => {
  expect(await numberOf(proxied, "/healthz", given)).toMatch(UUID);
});

test("several numbers at once are none", async () => {
  const { hostname, port } = new URL(proxied.address);
  const number = await new Promise<unknown>((done, fail) => {
    const headers = ["x-request-id", "12345678-a", "x-request-id", "12345678-b", "host", "localhost"];
    ask({ hostname, port, path: "/healthz", headers }, (answer) => {
      answer.resume();
      done(answer.headers["x-request-id"]);
    })
      .on("error", fail)
      .end();
  });
  expect(number).toMatch(UUID);
});

test("a page that fails shows its number, and the log has it", async () => {
  await createPerson(plain.runtime, person);
  const visitor = await signedInVisitor(plain, person);
  const { database } = plain.runtime;
  await database.execute(sql`alter table account_groups rename to taken_away`);
  const failed = await visitor.get("/social/");
  await database.execute(sql`alter table taken_away rename to account_groups`);
  expect(failed.status).toBe(500);
  const number = failed.headers.get("x-request-id") ?? "";
  expect(await failed.text()).toContain(number);
  const line = plain
    .log()
    .split("\n")
    .find((text) => text.includes("a page failed"));
  expect(line).toContain(`"requestId":"${number}"`);
});

test("styles and scripts are packed as well as the browser can unpack", async () => {
  const page = await (await fetch(new URL("/login/", plain.address))).text();
  const path = /href="(\/assets\/\w+\/style\.css)"/.exec(page)?.[1] ?? "";
  const get = async (accepted: string) => {
    const answer = await fetch(new URL(path, plain.address), { headers: { "accept-encoding": accepted } });
    return [answer.headers.get("content-encoding"), answer.headers.get("vary"), await answer.text()] as const;
  };
  const [[best, vary, styles], [usual, , same], [none, , unpacked]] = [
    await get("gzip, deflate, br, zstd"),
    await get("gzip, br;q=0"),
    await get("identity"),
  ];
  expect([best, usual, none]).toEqual(["br", "gzip", null]);
  expect(vary).toMatch(/accept-encoding/i);
  expect([same, unpacked]).toEqual([styles, styles]);
  expect(styles).toContain(".calendar");
  expect(styles).not.toContain("/*");
});
