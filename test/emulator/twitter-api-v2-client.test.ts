/** The independent client twitter-api-v2, written against the real X, does the main job against the simulated one. */
import { Agent } from "node:https";
import { connect, type Socket } from "node:net";
import sharp from "sharp";
import { ApiResponseError, TwitterApi } from "twitter-api-v2";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { type Emulator, startEmulator } from "../../emulator/server.ts";
import { allScopes, ana, codeFor, control, demoApp } from "./twitter-app.ts";

/** The client's hosts are built in: every connection to them ends at the emulator instead. */
class EmulatedXAgent extends Agent {
  readonly #port: number;

  constructor(port: number) {
    super();
    this.#port = port;
  }

  override createConnection(): Socket {
    return connect(this.#port, "127.0.0.1");
  }
}

let emulator: Emulator;

beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.stop());
beforeEach(() => control(emulator.twitter.origin, "reset", {}));

function requestClient(): TwitterApi {
  const { clientId, clientSecret } = demoApp;
  return new TwitterApi({ clientId, clientSecret }, { httpAgent: new EmulatedXAgent(emulator.twitter.port) });
}

async function login() {
  const client = requestClient();
  const { url, codeVerifier } = client.generateOAuth2AuthLink(demoApp.redirectUri, {
    scope: allScopes.split(" "),
  });
  const query = Object.fromEntries(new URL(url).searchParams);
  const code = await codeFor(emulator.twitter.origin, { verifier: codeVerifier, query });
  return client.loginWithOAuth2({ code, codeVerifier, redirectUri: demoApp.redirectUri });
}

async function answered(call: Promise<unknown>): Promise<ApiResponseError> {
  const error: unknown = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof ApiResponseError) return error;
  throw new Error("The call should have been refused.");
}

it("asks for consent, logs in and learns who it is", async () => {
  const { client, expiresIn, scope, refreshToken } = await login();
  expect(expiresIn).toBe(7200);
  expect(new Set(scope)).toEqual(new Set(allScopes.split(" ")));
  expect(refreshToken).toBeDefined();
  const me = await client.v2.me({ "user.fields": ["profile_image_url", "verified", "protected"] });
  expect(me.data).toMatchObject({
    id: ana,
    name: "Ana Lima",
    username: "ana",
    verified: false,
    protected: false,
  });
});

it("renews its tokens once per refresh token", async () => {
  const { refreshToken = "" } = await login();
  const renewed = await requestClient().refreshOAuth2Token(refreshToken);
  expect((await renewed.client.v2.me()).data.username).toBe("ana");
  const again = await answered(requestClient().refreshOAuth2Token(refreshToken));
  expect(again.code).toBe(400);
});

it("posts a picture with its alt text, reads the post and deletes it", async () => {
  const { client } = await login();
  const noise = { type: "gaussian", mean: 128, sigma: 60 } as const;
  const picture = await sharp({ create: { width: 900, height: 900, channels: 3, background: "teal", noise } })
    .png()
    .toBuffer();
  expect(picture.length).toBeGreaterThan(1024 * 1024);
  const mediaId = await client.v2.uploadMedia(picture, {
    media_type: "image/png",
    media_category: "tweet_image",
  });
  await client.v2.createMediaMetadata(mediaId, { alt_text: { text: "A red bicycle" } });
  const { data } = await client.v2.tweet("Hello from the client", { media: { media_ids: [mediaId] } });
  expect(data.text).toContain("Hello from the client https://t.co/");
  expect(emulator.twitter.world.memory.posts).toMatchObject([
    { id: data.id, media: [{ altText: "A red bicycle" }] },
  ]);
  const read = await client.v2.singleTweet(data.id, { "tweet.fields": ["created_at", "entities"] });
  expect(read.data.entities?.urls[0]?.expanded_url).toBe(`https://x.com/ana/status/${data.id}/photo/1`);
  const latest = await client.v2.userTimeline(ana, { max_results: 5 });
  expect(latest.tweets.map(({ id }) => id)).toEqual([data.id]);
  expect(await client.v2.deleteTweet(data.id)).toEqual({ data: { deleted: true } });
});

it("waits until an animation is processed", async () => {
  await control(emulator.twitter.origin, "switches", { mediaProcessingSeconds: 1 });
  const { client } = await login();
  const gif = await sharp({ create: { width: 20, height: 20, channels: 3, background: "teal" } })
    .gif()
    .toBuffer();
  const mediaId = await client.v2.uploadMedia(gif, { media_type: "image/gif", media_category: "tweet_gif" });
  const { data } = await client.v2.tweet({ media: { media_ids: [mediaId] } });
  expect(data.id).toMatch(/^\d{19}$/);
});

it("understands why it is refused, and how often it may call", async () => {
  const { client } = await login();
  await client.v2.tweet("Hello");
  const duplicate = await answered(client.v2.tweet("Hello"));
  expect(duplicate).toMatchObject({ code: 403, data: { detail: expect.stringContaining("duplicate") } });
  expect(duplicate.rateLimit).toMatchObject({ limit: 100, remaining: 98 });
  const tooLong = await answered(client.v2.tweet("a".repeat(281)));
  expect(tooLong).toMatchObject({ code: 400, data: { title: "Invalid Request" } });
  await control(emulator.twitter.origin, "faults", {
    endpoint: "POST /2/tweets",
    fault: { kind: "rate-limit", headers: true },
  });
  const limited = await answered(client.v2.tweet("Once more"));
  expect(limited.rateLimitError).toBe(true);
  expect(limited.rateLimit?.remaining).toBe(0);
});

it("revokes its access", async () => {
  const { client, accessToken, refreshToken = "" } = await login();
  expect(await requestClient().revokeOAuth2Token(accessToken)).toEqual({ revoked: true });
  expect((await answered(client.v2.me())).isAuthError).toBe(true);
  await requestClient().revokeOAuth2Token(refreshToken, "refresh_token");
  expect((await answered(requestClient().refreshOAuth2Token(refreshToken))).code).toBe(400);
});
