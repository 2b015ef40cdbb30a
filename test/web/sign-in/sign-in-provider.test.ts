/** Signing in at a provider begins with a button, and a made-up answer ends nothing. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { client, prepareProvider, type TestProvider } from "../../harness/people/provider.ts";
import { createVisitor } from "../../harness/people/visitor.ts";
import { startTestService, type TestService } from "../../harness/services/service.ts";

let provider: TestProvider;
let service: TestService;

beforeAll(async () => {
  provider = await prepareProvider({}, () => `${service.address}login/oidc/callback/`);
  service = await startTestService((port) => ({
    SOCIAL_BASE_URL: `http://localhost:${port}/`,
    OIDC_ISSUER: provider.issuer,
    OIDC_CLIENT_ID: client.id,
    OIDC_CLIENT_SECRET: client.secret,
    OIDC_NAME: "Example University",
  }));
  await provider.start();
});
afterAll(async () => {
  await service.stop();
  await provider.stop();
});

const fromLogin = () => ({ "sec-fetch-site": "same-origin", referer: `${service.address}login/` });

test.each([
  ["of another site", { "sec-fetch-site": "cross-site" }],
  ["that was typed", { "sec-fetch-site": "none" }],
  ["in a browser that does not say", {}],
])("a link %s begins nothing: the page asks for a press, which begins it", async (_, headers) => {
  const visitor = createVisitor(service);
  const answer = await visitor.get("/login/oidc/?next=/social/history/", headers);
  const page = await answer.text();
  expect([answer.status, visitor.cookies()]).toEqual([200, []]);
  expect(page).toContain('method="post" action="/login/oidc/"');
  expect(page).toContain('name="next" value="/social/history/"');
  const leaving = await visitor.post("/login/oidc/", { next: "/social/history/" });
  expect(await leaving.text()).toContain(`content="0;url=${provider.issuer}/auth?`);
  expect(visitor.cookies()).toHaveLength(1);
});

test("the link on the login page begins it at once, but not where it is loaded ahead", async () => {
  const visitor = createVisitor(service);
  expect((await visitor.get("/login/oidc/", { ...fromLogin(), "sec-purpose": "prefetch" })).status).toBe(425);
  expect(visitor.cookies()).toEqual([]);
  const answer = await visitor.get("/login/oidc/", fromLogin());
  expect([answer.status, answer.headers.get("location")]).toEqual([
    303,
    expect.stringMatching(provider.issuer),
  ]);
});

test("an answer that somebody made up does not end the sign-in under way", async () => {
  const visitor = createVisitor(service);
  await visitor.get("/login/oidc/", fromLogin());
  const [cookie] = visitor.cookies();
  for (const forged of [
    "error=access_denied",
    "error=access_denied&state=made-up",
    "code=x&state=made-up",
    "",
  ]) {
    expect((await visitor.get(`/login/oidc/callback/?${forged}`)).status).toBe(403);
    expect(visitor.cookies()).toEqual([cookie]);
  }
});

test("its own answer ends it, also a refusal", async () => {
  const visitor = createVisitor(service);
  const out = await visitor.get("/login/oidc/", fromLogin());
  const state = new URL(out.headers.get("location") ?? "").searchParams.get("state");
  const back = await visitor.get(`/login/oidc/callback/?error=access_denied&state=${state}`);
  expect(await back.text()).toContain("You did not sign in at Example University");
  expect(visitor.cookies()).toEqual([""]);
});
