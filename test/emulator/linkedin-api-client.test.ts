/**
 * The official client linkedin-api-client, written against the real LinkedIn, does the main job against the simulated
 * one.
 */
import { createRequire } from "node:module";
import { AuthClient, RestliClient } from "linkedin-api-client";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { z } from "zod";
import { type Emulator, startEmulator } from "../../emulator/server.ts";
import { type App, bakery, control, decide, demoApp, draft, locationOf, pagesApp } from "./linkedin-app.ts";

/** The client contains the real hosts, and reads them again for every call. */
const hosts: Record<string, string> = createRequire(import.meta.url)(
  "linkedin-api-client/dist/lib/utils/constants",
);

const version = "202609";
let emulator: Emulator;
let origin: string;

beforeAll(async () => {
  emulator = await startEmulator();
  origin = emulator.linkedin.origin;
  hosts.OAUTH_BASE_URL = `${origin}/oauth/v2`;
  hosts.NON_VERSIONED_BASE_URL = `${origin}/v2`;
  hosts.VERSIONED_BASE_URL = `${origin}/rest`;
});
afterAll(() => emulator.stop());
beforeEach(() => control(origin, "reset", {}));

function authClient({ clientId, clientSecret, redirectUri }: App): AuthClient {
  return new AuthClient({ clientId, clientSecret, redirectUrl: redirectUri });
}

/** From the client's own authorization address to its tokens. */
async function login(app: App = demoApp) {
  const client = authClient(app);
  const url = new URL(client.generateMemberAuthorizationUrl(app.scope.split(" "), "a state"));
  expect(`${url.origin}${url.pathname}`).toBe(`${origin}/oauth/v2/authorization`);
  const back = locationOf(await decide(origin, url.searchParams)).searchParams;
  expect(back.get("state")).toBe("a state");
  return await client.exchangeAuthCodeForAccessToken(back.get("code") ?? "");
}

const errorShape = z.object({ response: z.object({ status: z.number(), data: z.looseObject({}) }) });

async function refused(call: Promise<unknown>) {
  const error: unknown = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return errorShape.parse(error).response;
}

const rest = new RestliClient();

async function whoAmI(accessToken: string): Promise<string> {
  const { data } = await rest.get({ resourcePath: "/userinfo", accessToken });
  expect(data).toMatchObject({ name: "Ana Lima", locale: { language: "en" } });
  return `urn:li:person:${data.sub}`;
}

it("logs a member in, looks at the token and learns who it is", async () => {
  const tokens = await login();
  expect(tokens.expires_in).toBe(5_184_000);
  expect(new Set(tokens.scope.split(","))).toEqual(new Set(demoApp.scope.split(" ")));
  expect(tokens.refresh_token).toBeUndefined();
  const { data } = z
    .object({ data: z.object({ active: z.boolean(), status: z.string(), expires_at: z.number() }) })
    .parse(await authClient(demoApp).introspectAccessToken(tokens.access_token));
  expect(data).toMatchObject({ active: true, status: "active" });
  await whoAmI(tokens.access_token);
});

it("posts a card, is refused its repeat, and deletes the post twice", async () => {
  const { access_token: accessToken } = await login();
  const author = await whoAmI(accessToken);
  const asked = { resourcePath: "/posts", accessToken, versionString: version };
  const commentary = "Worth a read \\(really\\) #sqlite";
  const created = await rest.create({ ...asked, entity: draft(author, { commentary }) });
  expect(created.status).toBe(201);
  const [post] = emulator.linkedin.world.memory.posts;
  expect(created.createdEntityId).toBe(post?.urn);
  expect(post).toMatchObject({ author, text: "Worth a read (really) #sqlite" });
  const repeat = await refused(rest.create({ ...asked, entity: draft(author, { commentary }) }));
  expect(repeat).toMatchObject({ status: 422, data: { message: expect.stringContaining(post?.urn ?? "?") } });
  for (const _ of [1, 2]) {
    const pathKeys = { urn: post?.urn ?? "" };
    const { status } = await rest.delete({ ...asked, resourcePath: "/posts/{urn}", pathKeys });
    expect(status).toBe(204);
  }
});

it("uploads a picture's beginning for a company page, posts for it and renews its tokens", async () => {
  const { access_token: accessToken, refresh_token: refreshToken = "" } = await login(pagesApp);
  const asked = { accessToken, versionString: version };
  const roles = await rest.finder({
    ...asked,
    resourcePath: "/organizationAcls",
    finderName: "roleAssignee",
    queryParams: { role: "ADMINISTRATOR", state: "APPROVED" },
  });
  expect(roles.data.elements).toMatchObject([{ organization: bakery, role: "ADMINISTRATOR" }]);
  const upload = await rest.action({
    ...asked,
    resourcePath: "/images",
    actionName: "initializeUpload",
    data: { initializeUploadRequest: { owner: bakery } },
  });
  expect(upload.data.value).toMatchObject({ image: expect.stringMatching(/^urn:li:image:/) });
  const posted = await rest.create({ ...asked, resourcePath: "/posts", entity: draft(bakery) });
  expect(posted.status).toBe(201);
  const renewed = await authClient(pagesApp).exchangeRefreshTokenForAccessToken(refreshToken);
  expect(renewed).toMatchObject({ expires_in: 5_184_000, refresh_token: refreshToken });
  expect(renewed.access_token).not.toBe(accessToken);
});

it("understands why it is refused", async () => {
  const { access_token: accessToken } = await login();
  const author = await whoAmI(accessToken);
  const entity = draft(author);
  const create = (versionString: string, token = accessToken) =>
    refused(rest.create({ resourcePath: "/posts", accessToken: token, versionString, entity }));
  expect(await create("202504")).toMatchObject({ status: 426, data: { code: "NONEXISTENT_VERSION" } });
  expect(await create(version, "AQXunknown")).toMatchObject({
    status: 401,
    data: { serviceErrorCode: 65_600 },
  });
  const code = await refused(authClient(demoApp).exchangeAuthCodeForAccessToken("AQTunknown"));
  expect(code).toMatchObject({ status: 401, data: { error: "invalid_request" } });
});
