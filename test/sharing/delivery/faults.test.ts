import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Connection } from "../../../src/connections/connection.ts";
import type { PlatformName } from "../../../src/platforms/platform.ts";
import { inEnglish } from "../../../src/words/words.ts";
import { control } from "../../harness/networks/networks.ts";
import { hostPicture, pagePicture } from "../../harness/networks/pictures.ts";
import { addPerson, connectAccount } from "../../harness/people/accounts.ts";
import { draftFor, orderFault, postsOn, shareTo } from "../../harness/people/shares.ts";
import { startTestService, type TestService } from "../../harness/services/service.ts";

/** Every call that a share makes, on the networks that take several steps or have no keys. */
const steps: Readonly<Partial<Record<PlatformName, readonly string[]>>> = {
  facebook: ["POST /:version/:id/feed"],
  instagram: [
    "GET /:version/:id/content_publishing_limit",
    "POST /:version/:id/media",
    "GET /:version/:id",
    "POST /:version/:id/media_publish",
  ],
  threads: ["POST /v1.0/:id/threads", "GET /v1.0/:id", "POST /v1.0/:id/threads_publish"],
  linkedin: ["POST /rest/images", "PUT /dms-uploads/:key/uploaded-image/0", "POST /rest/posts"],
};
const names = Object.keys(steps) as (keyof typeof steps)[];

let service: TestService;
let person: { id: string };
let image: string;
const connections: Connection[] = [];

beforeAll(async () => {
  service = await startTestService();
  person = await addPerson(service.runtime);
  image = await hostPicture(await pagePicture());
  for (const platform of names) {
    const way = { instagram: "instagram", linkedin: "profile" }[platform as string];
    const choice = { platform, ...(way === undefined ? {} : { way }) };
    connections.push(await connectAccount(service.runtime, person, choice));
  }
});
afterAll(() => service.stop());

test.each([
  ["is lost after the network did what was asked", { kind: "drop", when: "after" }],
  ["is lost before", { kind: "drop", when: "before" }],
  ["is cut off in its middle", { kind: "cut" }],
  ["is a gateway's, after the network did what was asked", { kind: "status-after", status: 502 }],
  ["is a gateway's", { kind: "status", status: 504, html: "<h1>504</h1>" }],
])("when the answer of every step %s once, the page is posted once on each network", async (_, fault) => {
  for (const name of names) {
    await control(service.emulator[name], "DELETE", "faults");
    for (const endpoint of steps[name] ?? []) await orderFault(service.emulator[name], endpoint, fault);
  }
  const message = `Once ${randomUUID()}`;
  const draft = draftFor(connections, { message });
  const shares = await shareTo(service.runtime, person, { ...draft, page: { ...draft.page, image } });
  const told = shares.map(({ connection, status, problem }) => [connection.platform, status, problem]);
  expect(told).toEqual(shares.map(({ connection }) => [connection.platform, "posted", undefined]));
  for (const name of names) {
    const posts = await postsOn(service.emulator[name]);
    expect(
      posts.filter(({ text }) => text.includes(message)),
      name,
    ).toHaveLength(1);
  }
});

test("LinkedIn: what is sent again is the very same, and the repeat's refusal leads to the first post", async () => {
  const { linkedin } = service.emulator;
  const connection = connections.find(({ platform }) => platform === "linkedin");
  await orderFault(linkedin, "POST /rest/posts", { kind: "drop", when: "after" });
  const draft = draftFor(connection === undefined ? [] : [connection]);
  const [share] = await shareTo(service.runtime, person, { ...draft, page: { ...draft.page, image } });
  const [first] = linkedin.world.memory.posts.slice(-1);
  expect(share).toMatchObject({ status: "posted", postUrl: first?.url });
  expect(first?.card?.picture).toBeDefined();
});

test("LinkedIn: when the repeat gets no answer either, the person is asked", async () => {
  const { linkedin } = service.emulator;
  const connection = connections.find(({ platform }) => platform === "linkedin");
  await orderFault(linkedin, "POST /rest/posts", { kind: "drop", when: "after" });
  await orderFault(linkedin, "POST /rest/posts", { kind: "drop", when: "before" });
  const [share] = await shareTo(
    service.runtime,
    person,
    draftFor(connection === undefined ? [] : [connection]),
  );
  expect(share).toMatchObject({ status: "unconfirmed", remedy: "check" });
});

test("LinkedIn: a repeat that is refused says nothing of the first try: the person is asked", async () => {
  const { linkedin } = service.emulator;
  const connection = connections.find(({ platform }) => platform === "linkedin");
  if (connection === undefined) throw new Error("LinkedIn is not connected.");
  await orderFault(linkedin, "POST /rest/posts", { kind: "drop", when: "after" });
  await orderFault(linkedin, "POST /rest/posts", { kind: "status", status: 422, body: { message: "No" } });
  const [share] = await shareTo(service.runtime, person, draftFor([connection]));
  expect(share).toMatchObject({ status: "unconfirmed", remedy: "check" });
  expect(inEnglish(share?.problem ?? "")).toContain("An earlier attempt may have posted it");
});
