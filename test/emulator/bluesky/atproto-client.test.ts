/** The protocol's own libraries, written for the real Bluesky, do the main job against the simulated one. */
import { RichText, XRPCError } from "@atproto/api";
import { TokenRefreshError } from "@atproto/oauth-client-node";
import sharp from "sharp";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { type Emulator, startEmulator } from "../../../emulator/server.ts";
import { approve } from "../../harness/networks/consent.ts";
import { control } from "../../harness/networks/networks.ts";
import { connect, newClient, type Sessions } from "./local-client.ts";

const ana = "did:plc:ana23lima4harbour5posts2";
const collection = "app.bsky.feed.post" as const;

let emulator: Emulator;
let origin: string;

beforeAll(async () => {
  emulator = await startEmulator();
  origin = emulator.bluesky.origin;
});
afterAll(() => emulator.stop());
beforeEach(() => control(emulator.bluesky, "POST", "reset", {}));

const posts = () => emulator.bluesky.world.memory.posts;
const picture = async () =>
  await sharp({ create: { width: 600, height: 400, channels: 3, background: "teal" } })
    .jpeg()
    .toBuffer();

function draft(text = "Worth a read") {
  return { $type: collection, text, createdAt: new Date().toISOString(), langs: ["en"] };
}

async function refused(call: Promise<unknown>): Promise<XRPCError> {
  const error: unknown = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof XRPCError) return error;
  throw new Error(`The call should have been refused: ${error}`);
}

it.each(["ana.bsky.test", ana])("connects the account that is typed as %s", async (typed) => {
  const { session, agent } = await connect(newClient(origin), typed, "ana");
  expect(session.did).toBe(ana);
  const { data } = await agent.com.atproto.server.getSession();
  expect(data).toMatchObject({ did: ana, handle: "ana.bsky.test", active: true });
  expect((await session.getTokenInfo()).scope).toBe(
    "atproto repo:app.bsky.feed.post repo:app.bsky.feed.threadgate blob:image/*",
  );
});

it("connects an account whose server signs people in itself", async () => {
  const { session } = await connect(newClient(origin), "carla.bsky.test");
  expect((await session.getTokenInfo()).aud).toBe(`${origin}/`);
});

it("posts a card with a thumbnail, reads it and deletes it", async () => {
  const { agent } = await connect(newClient(origin));
  const { blob } = (await agent.uploadBlob(await picture(), { encoding: "image/jpeg" })).data;
  const text = new RichText({ text: "Look https://ex.org/a #ink @ben.bsky.test" });
  await text.detectFacets(agent);
  expect(text.facets).toHaveLength(3);
  const external = { uri: "https://ex.org/a", title: "Ink", description: "Dries in seconds", thumb: blob };
  const record = {
    ...draft(text.text),
    facets: text.facets,
    embed: { $type: "app.bsky.embed.external", external },
  };
  const made = await agent.com.atproto.repo.putRecord({
    ...{ repo: ana, collection, rkey: "3lwitnesszz2z", record, swapRecord: null },
  });
  expect(made.data).toMatchObject({
    uri: `at://${ana}/${collection}/3lwitnesszz2z`,
    validationStatus: "valid",
  });
  expect(posts()).toMatchObject([
    { handle: "@ana.bsky.test", card: { kind: "large", title: "Ink", url: "https://ex.org/a" } },
  ]);
  const page = await fetch(`${origin}/profile/${ana}/post/3lwitnesszz2z`);
  expect([page.status, await page.text()]).toEqual([200, expect.stringContaining("Ink")]);
  const place = { repo: ana, collection, rkey: "3lwitnesszz2z" };
  expect((await agent.com.atproto.repo.getRecord(place)).data.cid).toBe(made.data.cid);
  await agent.com.atproto.repo.deleteRecord(place);
  expect((await agent.com.atproto.repo.deleteRecord(place)).data).toEqual({});
  expect(await refused(agent.com.atproto.repo.getRecord(place))).toMatchObject({
    status: 400,
    error: "RecordNotFound",
  });
  expect((await fetch(`${origin}/profile/${ana}/post/3lwitnesszz2z`)).status).toBe(404);
});

it("posts pictures with their descriptions, and rules about who may reply", async () => {
  const { agent } = await connect(newClient(origin));
  const { blob } = (await agent.uploadBlob(await picture(), { encoding: "image/jpeg" })).data;
  const embed = { $type: "app.bsky.embed.images" as const, images: [{ image: blob, alt: "A red bicycle" }] };
  const { uri } = await agent.post({ ...draft(), embed });
  const rkey = uri.split("/").at(-1) ?? "";
  await agent.com.atproto.repo.createRecord({
    ...{ repo: ana, collection: "app.bsky.feed.threadgate", rkey },
    record: { post: uri, allow: [], createdAt: new Date().toISOString() },
  });
  expect(posts()).toMatchObject([{ media: [{ altText: "A red bicycle" }] }]);
  expect(await (await fetch(posts()[0]?.url ?? "")).text()).toContain("Nobody may reply");
});

it("makes one post of one key, however often it is sent", async () => {
  const { agent } = await connect(newClient(origin));
  const sent = { repo: ana, collection, rkey: "3lwitnesszz2z", record: draft() };
  const first = await agent.com.atproto.repo.createRecord(sent);
  expect(await refused(agent.com.atproto.repo.createRecord(sent))).toMatchObject({ status: 500 });
  const again = await agent.com.atproto.repo.putRecord(sent);
  expect(again.data.cid).toBe(first.data.cid);
  const other = { ...sent, record: draft("Something else"), swapRecord: null };
  expect(await refused(agent.com.atproto.repo.putRecord(other))).toMatchObject({
    status: 400,
    error: "InvalidSwap",
  });
  expect(posts()).toHaveLength(1);
});

it("renews its tokens, and loses its session when a refresh token is used twice", async () => {
  const sessions: Sessions = new Map();
  await connect(newClient(origin, { sessions }));
  const [before] = [...sessions.entries()];
  const restored = await newClient(origin, { sessions }).restore(ana, true);
  expect((await restored.getTokenInfo(false)).sub).toBe(ana);
  expect(sessions.get(ana)).not.toEqual(before?.[1]);
  const former: Sessions = new Map(before ? [before] : []);
  await expect(newClient(origin, { sessions: former }).restore(ana, true)).rejects.toBeInstanceOf(
    TokenRefreshError,
  );
  await expect(newClient(origin, { sessions }).restore(ana, true)).rejects.toThrow("Invalid refresh token");
});

it("may do only what it was granted", async () => {
  const { agent } = await connect(
    newClient(origin, {
      scope: "atproto repo:app.bsky.feed.post?action=create repo:app.bsky.feed.like?action=wave",
    }),
  );
  const sent = { repo: ana, collection, rkey: "3lwitnesszz2z", record: draft() };
  await agent.com.atproto.repo.createRecord(sent);
  const missing = { status: 403, error: "ScopeMissingError" };
  expect(await refused(agent.com.atproto.repo.putRecord(sent))).toMatchObject(missing);
  expect(await refused(agent.com.atproto.repo.deleteRecord(sent))).toMatchObject(missing);
  expect(await refused(agent.uploadBlob(await picture(), { encoding: "image/jpeg" }))).toMatchObject(missing);
});

it("revokes its access", async () => {
  const sessions: Sessions = new Map();
  const { session } = await connect(newClient(origin, { sessions }));
  await session.signOut();
  expect(emulator.bluesky.world.memory.sessions).toEqual([]);
  expect(sessions.size).toBe(0);
});

it("learns that a person refused", async () => {
  const client = newClient(origin);
  const address = await client.authorize("ana.bsky.test");
  const back = await approve(address.href, { refuse: true });
  await expect(client.callback(new URL(back).searchParams)).rejects.toThrow("The user rejected the request");
});

it("finds people to mention", async () => {
  const { agent } = await connect(newClient(origin));
  const { data } = await agent.app.bsky.actor.searchActorsTypeahead({ q: "be" });
  expect(data.actors).toMatchObject([{ handle: "ben.bsky.test", displayName: "Ben Okafor" }]);
  expect((await agent.getProfile({ actor: ana })).data.displayName).toBe("Ana Lima");
});
