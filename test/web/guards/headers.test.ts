import { request } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createPerson } from "../../../src/people/sign-up/create-person.ts";
import { signedInVisitor } from "../../harness/people/visitor.ts";
import { startTestService, type TestService } from "../../harness/services/service.ts";
import { letProofsAge } from "../../people/someone.ts";

const ana = { name: "Ana", email: "ana@example.com", password: "a sea of lanterns" };

let service: TestService;
beforeAll(async () => {
  service = await startTestService({ SOCIAL_BASE_URL: "https://share.example.com" });
  await createPerson(service.runtime, ana);
});
afterAll(() => service.stop());

type Headers = Readonly<Record<string, string | string[] | undefined>>;

function ask(method: string, path: string): Promise<{ status: number; headers: Headers }> {
  return new Promise((done, fail) => {
    request({ host: "127.0.0.1", port: service.port, method, path }, (response) => {
      response.resume();
      response.once("end", () => done({ status: response.statusCode ?? 0, headers: response.headers }));
    })
      .once("error", fail)
      .end();
  });
}

test.each([
  ["GET", "/login/", 200],
  ["GET", "/sign-up/", 200],
  ["GET", "/nowhere/", 404],
  ["POST", "/login/", 422],
  ["TRACE", "/login/", 404],
  ["GET", "/healthz", 200],
  ["GET", "/readyz", 200],
  ["GET", "/button.js", 200],
  ["GET", "/fragments/share-button?url=https://blog.example.com/", 200],
  ["GET", "/fragments/share-button", 400],
  ["GET", "/api/v1/pages?url=https://blog.example.com/", 200],
  ["GET", "/assets/0/style.css", 200],
  ["GET", "/assets/0/nothing.css", 404],
  ["GET", "/pictures/0/", 404],
  ["GET", "/reach/challenge", 200],
  ["GET", "/.well-known/security.txt", 404],
])("%s %s tells browsers to keep to https, to guess no type and to frame nothing", async (method, path, status) => {
  const answer = await ask(method, path);
  expect(answer.status).toBe(status);
  expect(answer.headers["strict-transport-security"]).toBe("max-age=31536000; includeSubDomains");
  expect(answer.headers["x-content-type-options"]).toBe("nosniff");
  expect(answer.headers["referrer-policy"]).toBe("same-origin");
  const policy = String(answer.headers["content-security-policy"]);
  for (const rule of ["default-src 'none'", "frame-ancestors 'none'"]) expect(policy).toContain(rule);
  expect(policy).not.toMatch(/unsafe|script-src[^;]*(?:\*|https?:)/);
  const type = answer.headers["content-type"];
  if (/^text\//.test(String(type))) expect(String(type)).toMatch(/; charset=utf-8$/i);
});

test("pages load no plugins, and signing out empties what the browser kept", async () => {
  const page = await ask("GET", "/sign-up/");
  expect(page.headers["content-security-policy"]).toContain("object-src 'none'");
  const out = await ask("POST", "/logout/");
  expect(out.headers["clear-site-data"]).toBe('"storage"');
});

test("under https every cookie is for this host alone, also the one that keeps what was typed", async () => {
  const own = { "sec-fetch-site": "same-origin" };
  const visitor = await signedInVisitor({ address: `http://127.0.0.1:${service.port}/` }, ana, own);
  await letProofsAge(service);
  const asked = await visitor.post("/account/mail/", { email: "new-ana@example.com" }, own);
  expect(asked.headers.getSetCookie().join()).toMatch(/^__Host-sharewell\.kept=.*; HttpOnly; Secure/);
  expect(visitor.cookieHeader().replaceAll(/__Host-sharewell\.\w+=[^;]*(; )?/g, "")).toBe("");
  const filled = await (await visitor.get("/account/", own)).text();
  expect(filled).toContain('value="new-ana@example.com"');
});
