import { randomUUID } from "node:crypto";
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import type { Connection } from "../../../src/connections/connection.ts";
import { ownPictures, users } from "../../../src/database/schema.ts";
import type { PlatformName } from "../../../src/platforms/platform.ts";
import {
  findOwnPictures,
  findSmallPicture,
  keepPicture,
  type OwnPicture,
} from "../../../src/sharing/pictures/own-pictures.ts";
import { removeUnusedPictures } from "../../../src/sharing/pictures/remove-unused.ts";
import { exportPerson } from "../../../src/sharing/record/export-person.ts";
import { changeScheduled, versionOf } from "../../../src/sharing/requests/change.ts";
import { findScheduled } from "../../../src/sharing/requests/scheduled.ts";
import { submitShares } from "../../../src/sharing/requests/submit.ts";
import { inEnglish } from "../../../src/words/words.ts";
import { drawPicture } from "../../harness/networks/pictures.ts";
import { addPerson, connectAccount } from "../../harness/people/accounts.ts";
import { draftFor, orderFault, postsOn, shareTo, submit } from "../../harness/people/shares.ts";
import { startTestService, type TestService } from "../../harness/services/service.ts";

let service: TestService;
let ana: { id: string };
const accounts = new Map<PlatformName, Connection>();
const networks = ["mastodon", "twitter", "facebook", "linkedin", "threads", "instagram", "bluesky"] as const;

beforeAll(async () => {
  service = await startTestService();
  ana = await addPerson(service.runtime);
  const server = `mastodon.localhost:${service.emulator.mastodon.port}`;
  for (const platform of networks)
    accounts.set(
      platform,
      await connectAccount(service.runtime, ana, {
        platform,
        ...(platform === "mastodon" ? { server } : {}),
        ...(platform === "bluesky" ? { server: "ana.bsky.test" } : {}),
        ...(platform === "instagram" ? { way: "instagram" } : {}),
      }),
    );
});
afterAll(() => service.stop());

function on(...names: readonly PlatformName[]): Connection[] {
  return names.flatMap((name) => accounts.get(name) ?? []);
}

async function keep(background: string, person = ana): Promise<OwnPicture> {
  const bytes = await drawPicture(400, 300, background);
  const kept = await keepPicture(service.runtime, person, { bytes, name: `${background}.png` });
  if ("problem" in kept) throw new Error(inEnglish(kept.problem));
  return kept;
}

async function choose(...alts: readonly string[]) {
  return await Promise.all(
    alts.map(async (alt, at) => ({ id: (await keep(at % 2 === 0 ? "teal" : "navy")).id, alt })),
  );
}

/** The alternative texts of a post's pictures. */
function altsOf(post: unknown): string[] {
  const { media } = z.object({ media: z.array(z.object({ altText: z.string() })) }).parse(post);
  return media.map(({ altText }) => altText);
}

test("several pictures with their alt texts reach every network, in order, and the link stands in the text", async () => {
  const pictures = await choose("A red bicycle", "A blue one", "");
  const draft = draftFor(on(...networks), { pictures });
  const shares = await shareTo(service.runtime, ana, draft);
  expect(shares.map(({ status, problem }) => [status, problem])).toEqual(
    networks.map(() => ["posted", undefined]),
  );
  for (const network of networks) {
    const post = (await postsOn(service.emulator[network])).find(({ text }) => text.includes(draft.page.url));
    expect([network, altsOf(post)]).toEqual([network, ["A red bicycle", "A blue one", ""]]);
  }
});

test("a lost answer makes no second post, and the next try sends the same pictures", async () => {
  const names = ["mastodon", "twitter", "facebook", "threads"] as const;
  const calls = {
    mastodon: "POST /api/v1/statuses",
    twitter: "POST /2/tweets",
    facebook: "POST /:version/:id/feed",
    threads: "POST /v1.0/:id/threads_publish",
  } as const;
  for (const name of names)
    await orderFault(service.emulator[name], calls[name], { kind: "drop", when: "after" });
  const draft = draftFor(on(...names), { pictures: await choose("One", "Two") });
  const shares = await shareTo(service.runtime, ana, draft);
  expect(shares.map(({ status }) => status)).toEqual(names.map(() => "posted"));
  for (const name of names) {
    const posts = (await postsOn(service.emulator[name])).filter(({ text }) => text.includes(draft.page.url));
    expect([name, posts.map(altsOf)]).toEqual([name, [["One", "Two"]]]);
  }
});

test("no picture at all leaves the card that we make without one", async () => {
  const page = {
    url: `https://blog.example.com/${randomUUID()}`,
    title: "Plain",
    description: "",
    image: "https://blog.example.com/a.jpg",
  };
  const [share] = await shareTo(service.runtime, ana, draftFor(on("linkedin"), { page, pictures: [] }));
  expect(share?.status).toBe("posted");
  const refused = await submitShares(service.runtime, ana, draftFor(on("instagram"), { page, pictures: [] }));
  expect(refused).toMatchObject({ outcome: "refused" });
});

test("an account that takes fewer pictures is named before anything is sent", async () => {
  const pictures = await choose("1", "2", "3", "4", "5");
  const refused = await submitShares(service.runtime, ana, draftFor(on("twitter", "threads"), { pictures }));
  expect(refused.outcome === "refused" && refused.problems.map(({ problem }) => inEnglish(problem))).toEqual([
    expect.stringMatching(
      /^X takes at most 4 pictures with a post, and you chose 5\. Remove some, or leave @\S+ out\.$/,
    ),
  ]);
});

test("nobody attaches another person's picture, sees it, or one that is gone", async () => {
  const ben = await addPerson(service.runtime, "Ben");
  const { id } = await keep("plum", ben);
  expect(await findSmallPicture(service.runtime, ana, id)).toBeUndefined();
  expect(await findSmallPicture(service.runtime, ben, id)).toBeDefined();
  for (const other of [id, randomUUID()]) {
    const draft = draftFor(on("mastodon"), { pictures: [{ id: other, alt: "" }] });
    const refused = await submitShares(service.runtime, ana, draft);
    expect(
      refused.outcome === "refused" && refused.problems.map(({ problem }) => inEnglish(problem)),
    ).toEqual(["A picture of this share is no longer stored here. Add it again."]);
  }
});

test("a form that comes back with other pictures is not taken for the same", async () => {
  const [one, two] = await choose("One", "Two");
  if (one === undefined || two === undefined) throw new Error("There are no pictures.");
  const draft = draftFor(on("mastodon"), { pictures: [one] });
  const id = await submit(service.runtime, ana, draft);
  expect(await submitShares(service.runtime, ana, draft)).toEqual({ outcome: "submitted", requestId: id });
  for (const pictures of [[two], [{ ...one, alt: "Other" }], [one, two], [], undefined])
    expect(await submitShares(service.runtime, ana, { ...draft, pictures })).toEqual({
      outcome: "used",
      requestId: id,
    });
});

test("a scheduled share keeps its pictures, and changes them", async () => {
  const at = new Date(service.runtime.now().getTime() + 86_400_000);
  const [one, two] = await choose("One", "Two");
  if (one === undefined || two === undefined) throw new Error("There are no pictures.");
  const draft = draftFor(on("mastodon"), { pictures: [one], at });
  const id = await submit(service.runtime, ana, draft);
  expect((await findScheduled(service.runtime, ana, id))?.pictures).toEqual([one]);
  const seen = await versionOf(service.runtime, id);
  const change = { ...draft, pictures: [two, one], seen };
  expect(await changeScheduled(service.runtime, ana, id, change)).toEqual({ outcome: "changed" });
  expect((await findScheduled(service.runtime, ana, id))?.pictures).toEqual([two, one]);
  expect(await changeScheduled(service.runtime, ana, id, { ...change, pictures: [one] })).toEqual({
    outcome: "outdated",
  });
});

test("pictures of shares stay; others go after a month, and those of people who left at once", async () => {
  const cleo = await addPerson(service.runtime, "Cleo");
  const [used] = await choose("Used");
  const unused = await keep("red");
  const fresh = await keep("red");
  const left = await keep("red", cleo);
  await submit(
    service.runtime,
    ana,
    draftFor(on("mastodon"), { pictures: used === undefined ? [] : [used] }),
  );
  const { database } = service.runtime;
  const old = new Date(service.runtime.now().getTime() - 31 * 86_400_000);
  for (const { id } of [used ?? unused, unused])
    await database.update(ownPictures).set({ usedAt: old }).where(eq(ownPictures.id, id));
  await database.delete(users).where(eq(users.id, cleo.id));
  await removeUnusedPictures(service.runtime);
  const rows = await database.select({ id: ownPictures.id }).from(ownPictures);
  const isKept = (id: string | undefined) => rows.some((row) => row.id === id);
  expect([used?.id, unused.id, fresh.id, left.id].map(isKept)).toEqual([true, false, true, false]);
});

test("a picture that is part of a form again is not old", async () => {
  const { id } = await keep("red");
  const { database, now } = service.runtime;
  const old = new Date(now().getTime() - 31 * 86_400_000);
  await database.update(ownPictures).set({ usedAt: old }).where(eq(ownPictures.id, id));
  expect(await findOwnPictures(service.runtime, ana, [id])).toMatchObject([{ id, width: 400, height: 300 }]);
  await removeUnusedPictures(service.runtime);
  expect(await findOwnPictures(service.runtime, ana, [id])).toHaveLength(1);
});

test("a person's data has their pictures", async () => {
  const dora = await addPerson(service.runtime, "Dora");
  const { id } = await keep("gold", dora);
  const person = { ...dora, name: "Dora", email: "dora@example.com", role: "user" };
  const settings = { timeZone: undefined, language: undefined, mailNotices: "none", hasSecondFactor: false };
  let text = "";
  for await (const piece of exportPerson(service.runtime, { ...person, ...settings })) text += piece;
  const { pictures } = JSON.parse(text) as { pictures: { id: string; type: string; data: string }[] };
  expect(pictures).toMatchObject([{ id, type: "image/png" }]);
  expect(
    Buffer.from(pictures[0]?.data ?? "", "base64")
      .subarray(1, 4)
      .toString(),
  ).toBe("PNG");
});
