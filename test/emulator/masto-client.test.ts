/**
 * An independent client, written against real Mastodon servers, runs the whole flow here: where they disagree, the
 * emulator is wrong.
 */
import { createOAuthAPIClient, createRestAPIClient, MastoHttpError } from "masto";
import sharp from "sharp";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Emulator, startEmulator } from "../../emulator/server.ts";
import { callback, MastodonSteps } from "./mastodon-steps.ts";

let emulator: Emulator;
let url: string;

beforeAll(async () => {
  emulator = await startEmulator();
  url = `http://127.0.0.1:${emulator.mastodon.port}`;
});
afterAll(() => emulator.stop());

const scopes = "read:accounts read:statuses write:statuses write:media";

/**
 * Registers an app, has Ana approve it, and exchanges the code: everything through masto except pressing the button.
 */
async function connect() {
  const app = await createRestAPIClient({ url }).v1.apps.create({
    clientName: "masto",
    redirectUris: callback,
    scopes,
    website: "https://example.org",
  });
  const clientId = app.clientId ?? "";
  const clientSecret = app.clientSecret ?? "";
  const back = await new MastodonSteps(emulator).decide(
    { client_id: clientId, client_secret: clientSecret },
    { scope: scopes },
  );
  const oauth = createOAuthAPIClient({ url });
  const token = await oauth.token.create({
    grantType: "authorization_code",
    clientId,
    clientSecret,
    redirectUri: callback,
    code: back.searchParams.get("code") ?? "",
    scope: scopes,
  });
  const client = createRestAPIClient({ url, accessToken: token.accessToken });
  const revoke = () => oauth.revoke({ clientId, clientSecret, token: token.accessToken });
  return { client, token, revoke };
}

test("masto connects and learns who it is and where", async () => {
  const { client, token } = await connect();
  expect(token).toMatchObject({ tokenType: "Bearer", scope: scopes });
  const account = await client.v1.accounts.verifyCredentials();
  expect(account).toMatchObject({ username: "ana", displayName: "Ana Lima", url: `${url}/@ana` });
  expect(account.source.privacy).toBe("public");
  const instance = await client.v2.instance.fetch();
  expect(instance.configuration.statuses).toMatchObject({
    maxCharacters: 500,
    charactersReservedPerUrl: 23,
    maxMediaAttachments: 4,
  });
});

test("masto posts once with a key, lists the post, and deletes it", async () => {
  const { client } = await connect();
  const account = await client.v1.accounts.verifyCredentials();
  const post = () =>
    client.v1.statuses.create(
      { status: "By masto: https://example.org/a", visibility: "public", language: "en" },
      { requestInit: { headers: { "Idempotency-Key": "masto-key" } } },
    );
  const [first, repeat] = [await post(), await post()];
  expect(repeat.id).toBe(first.id);
  expect(first).toMatchObject({
    visibility: "public",
    language: "en",
    card: null,
    url: `${url}/@ana/${first.id}`,
  });
  expect(first.application?.name).toBe("masto");
  const listed = await client.v1.accounts
    .$select(account.id)
    .statuses.list({ limit: 20, excludeReblogs: true });
  expect(listed.map(({ id }) => id)).toContain(first.id);
  expect(listed[0]?.content).toContain('href="https://example.org/a"');
  const fetched = await client.v1.statuses.$select(first.id).fetch();
  expect(fetched.uri).toBe(first.uri);
  await client.v1.statuses.$select(first.id).remove();
  const gone = await client.v1.statuses
    .$select(first.id)
    .fetch()
    .catch((error: unknown) => error);
  expect(gone instanceof MastoHttpError && gone.statusCode).toBe(404);
});

test("masto pages through many posts", async () => {
  const { client } = await connect();
  const account = await client.v1.accounts.verifyCredentials();
  const ids: string[] = [];
  for (let count = 0; count < 5; count += 1)
    ids.unshift((await client.v1.statuses.create({ status: `Post ${count}` })).id);
  const seen: string[] = [];
  for await (const page of client.v1.accounts.$select(account.id).statuses.list({ limit: 2 }))
    seen.push(...page.map(({ id }) => id));
  expect(seen.slice(0, 5)).toEqual(ids);
  expect(new Set(seen).size).toBe(seen.length);
});

test("masto uploads a picture with its alt text, waits for it, and posts it", async () => {
  const { client } = await connect();
  emulator.mastodon.world.memory.servers.forEach(({ switches }) => {
    switches.media = "processed-later";
  });
  const bytes = await sharp({ create: { width: 600, height: 400, channels: 3, background: "teal" } })
    .png()
    .toBuffer();
  const media = await client.v2.media.create({
    file: new File([new Uint8Array(bytes)], "teal.png", { type: "image/png" }),
    description: "A teal rectangle",
  });
  expect(media).toMatchObject({ type: "image", description: "A teal rectangle" });
  const status = await client.v1.statuses.create({ status: "With a picture", mediaIds: [media.id] });
  expect(status.mediaAttachments[0]).toMatchObject({ id: media.id, description: "A teal rectangle" });
  expect((await fetch(media.url ?? "")).headers.get("content-type")).toBe("image/jpeg");
});

test("masto's errors carry the server's words, and a revoked token is over", async () => {
  const { client, revoke } = await connect();
  const refused = await client.v1.statuses
    .create({ status: "x".repeat(501) })
    .catch((error: unknown) => error);
  expect(refused instanceof MastoHttpError && [refused.statusCode, refused.message]).toEqual([
    422,
    "Validation failed: Text character limit of 500 exceeded",
  ]);
  await revoke();
  const ended = await client.v1.accounts.verifyCredentials().catch((error: unknown) => error);
  expect(ended instanceof MastoHttpError && ended.statusCode).toBe(401);
});
