/** Bluesky through the whole service: its redirect address, its tokens, and the documents that its servers read. */
import { randomUUID } from "node:crypto";
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { finishConnecting } from "../../src/connections/oauth/finish.ts";
import { startConnecting } from "../../src/connections/oauth/start.ts";
import { renew } from "../../src/connections/tokens.ts";
import { mastodonApps, socialConnections, users } from "../../src/database/schema.ts";
import { createPerson } from "../../src/people/sign-up/create-person.ts";
import { approve } from "../harness/networks/consent.ts";
import { control } from "../harness/networks/networks.ts";
import { connectAccount, readReturn } from "../harness/people/accounts.ts";
import { countCalls, draftFor, postsOn, shareTo } from "../harness/people/shares.ts";
import { startTestService, type TestService } from "../harness/services/service.ts";

const login = { name: "Ana", email: "ana@example.com", password: "a sea of lanterns" };

let service: TestService;
let person: { id: string };

beforeAll(async () => {
  service = await startTestService();
  await createPerson(service.runtime, login);
  const [row] = await service.runtime.database.select().from(users);
  person = row ?? { id: "" };
});
afterAll(() => service.stop());
beforeEach(async () => {
  await control(service.emulator.bluesky, "POST", "reset", {});
  await service.runtime.database.delete(socialConnections);
});

const connectAna = () =>
  connectAccount(service.runtime, person, { platform: "bluesky", server: "ana.bsky.test" });

async function leave() {
  const dancer = { person, sessionId: randomUUID(), platform: "bluesky" } as const;
  const started = await startConnecting(service.runtime, {
    ...{ ...dancer, returnTo: "/social/", server: "ana.bsky.test" },
  });
  if ("problem" in started) throw new Error(JSON.stringify(started));
  const back = readReturn(await approve(started.redirect, { account: "ana" }));
  return { dancer, back };
}

test("one redirect address serves all servers, because each answer names its server", async () => {
  const { dancer, back } = await leave();
  expect(back.issuerKey).toBeUndefined();
  expect(back.query.iss).toBe(service.emulator.bluesky.origin);
  expect(await finishConnecting(service.runtime, { ...dancer, ...back })).toMatchObject({
    outcome: "connected",
    connections: [{ account: { username: "ana.bsky.test" } }],
  });
});

test.each([
  ["another server", { iss: "https://evil.example" }],
  ["no server", { iss: undefined }],
])("an answer that names %s connects nothing", async (_, change) => {
  const { dancer, back } = await leave();
  const query = { ...back.query, ...change };
  expect(await finishConnecting(service.runtime, { ...dancer, ...back, query })).toMatchObject({
    outcome: "problem",
  });
  expect(await service.runtime.database.select().from(socialConnections)).toEqual([]);
});

test("the key of a connection is kept with its tokens, encrypted, and nowhere else", async () => {
  const connection = await connectAna();
  const [row] = await service.runtime.database
    .select()
    .from(socialConnections)
    .where(eq(socialConnections.id, connection.id));
  const opened = service.runtime.vault.decrypt(row?.accessTokenEnc ?? "");
  const { d: secret } = (JSON.parse(opened) as { key: { d: string } }).key;
  expect(secret).toMatch(/^[\w-]{40,}$/);
  const apps = await service.runtime.database.select().from(mastodonApps);
  expect(JSON.stringify([row, apps])).not.toContain(secret);
});

test("twenty callers who find the tokens expired refresh them once, and all go on", async () => {
  const connection = await connectAna();
  const seen = await service.runtime.database
    .select()
    .from(socialConnections)
    .where(eq(socialConnections.id, connection.id));
  const before = await countCalls(service.emulator.bluesky, "POST /oauth/token");
  const [first] = seen;
  if (first === undefined) throw new Error("There is no connection.");
  await Promise.all(Array.from({ length: 20 }, () => renew(service.runtime, first)));
  expect(await countCalls(service.emulator.bluesky, "POST /oauth/token")).toBe(before + 1);
  const [share] = await shareTo(service.runtime, person, draftFor([connection]));
  expect(share?.status).toBe("posted");
});

test("a share is posted once with what the person chose", async () => {
  const connection = await connectAna();
  const draft = draftFor([connection], { ownOptions: { [connection.id]: { replies: "nobody" } } });
  const [share] = await shareTo(service.runtime, person, draft);
  expect(share).toMatchObject({ status: "posted" });
  const [post, ...more] = await postsOn(service.emulator.bluesky);
  expect(more).toEqual([]);
  const { records } = service.emulator.bluesky.world.memory;
  expect(records.find(({ collection }) => collection === "app.bsky.feed.threadgate")?.value).toMatchObject({
    post: post?.id,
    allow: [],
  });
});

test("servers read from us what this service is, and nobody reads more", async () => {
  const read = async (path: string) => await fetch(new URL(path, service.address));
  const client = await read("/social/apps/bluesky/client.json");
  expect(client.headers.get("content-type")).toContain("application/json");
  expect(await client.json()).toMatchObject({
    client_id: `${service.address}social/apps/bluesky/client.json`,
    redirect_uris: [`${service.address}social/callback/bluesky/`],
    dpop_bound_access_tokens: true,
    jwks_uri: `${service.address}social/apps/bluesky/keys.json`,
  });
  expect(await (await read("/social/apps/bluesky/keys.json")).json()).toEqual({ keys: [] });
  for (const path of ["bluesky/other.json", "mastodon/client.json", "nowhere/client.json"])
    expect((await read(`/social/apps/${path}`)).status).toBe(404);
});
