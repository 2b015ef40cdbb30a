import { eq, inArray, sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { Connection } from "../../../src/connections/connection.ts";
import {
  sessions,
  shareRequests,
  socialConnections,
  socialShares,
  users,
} from "../../../src/database/schema.ts";
import { createPerson } from "../../../src/people/sign-up/create-person.ts";
import { getShareRequest } from "../../../src/sharing/record/history.ts";
import type { ShareStatus } from "../../../src/sharing/share.ts";
import { connectAccount } from "../../harness/people/accounts.ts";
import { addAccounts, addRequest } from "../../harness/people/many-shares.ts";
import { signedInVisitor, type Visitor } from "../../harness/people/visitor.ts";
import { startTestService, type TestService } from "../../harness/services/service.ts";

const ana = { name: "Ana", email: "ana@example.com", password: "a sea of lanterns" };
const LARGEST = 120_000;

/** Not held by a worker. */
const released = { leaseId: null, leaseUntil: null };

let service: TestService;
let visitor: Visitor;
let person: { id: string };
let twitter: Connection;
/** 2,000 accounts, in the order of pages. */
let many: string[];

beforeAll(async () => {
  service = await startTestService();
  await createPerson(service.runtime, ana);
  const [row] = await service.runtime.database.select().from(users);
  person = { id: row?.id ?? "" };
  visitor = await signedInVisitor(service, ana);
  twitter = await connectAccount(service.runtime, person, { platform: "twitter" });
  many = await addAccounts(service.runtime.database, twitter, 2_000);
});
afterAll(() => service.stop());
beforeEach(async () => {
  await service.runtime.database.delete(shareRequests);
});

const read = async (path: string) => await (await visitor.get(path)).text();
const add = (accounts: readonly string[], statuses: readonly ShareStatus[], changes = {}) =>
  addRequest(service.runtime.database, person, accounts, statuses, changes);
const sharesIn = (html: string) =>
  [...html.matchAll(/<li [^>]*id="share-([\w-]+)"/g)].map(([, id]) => id ?? "");
/** How many accounts the rows of the history name. */
const rowAccountsIn = (html: string) =>
  [...html.matchAll(/<ul class="row-accounts">(.*?)<\/ul>/g)].flatMap(([, list = ""]) =>
    list.split("</li>").slice(1),
  ).length;
const tagsOf = (html: string) => /&quot;have&quot;:&quot;([^&]+)&quot;/.exec(html)?.[1] ?? "";
const nextOf = (html: string) => /rel="next" href="([^"]+)"/.exec(html)?.[1]?.replaceAll("&amp;", "&") ?? "";
const partsOf = (html: string) =>
  [...html.matchAll(/<hx-partial hx-target="#([\w-]+)"/g)].map(([, id]) => id);

/** Of a hundred: 90 are posted, 2 are in progress, 6 need attention, 2 are cancelled. */
const mixed: readonly ShareStatus[] = [
  ...Array<ShareStatus>(90).fill("posted"),
  ...([
    "queued",
    "sending",
    "failed",
    "failed",
    "rejected",
    "reconnect",
    "unconfirmed",
    "unconfirmed",
  ] as const),
  ...(["cancelled", "cancelled"] as const),
];

test("the result of 2,000 shares tells exactly how they stand, and shows first what needs the person", async () => {
  const html = await read(`/social/share/${await add(many, mixed)}/`);
  expect(html).toContain("1,800 of 2,000 posted.");
  for (const told of ["All 2,000", "120 need attention", "40 in progress", "1,800 posted", "40 cancelled"])
    expect(html).toContain(`>${told}</a>`);
  expect(html.indexOf("Needs your attention")).toBeLessThan(html.indexOf("The others"));
  expect(html).toContain("112 more need your attention");
  expect(html.length).toBeLessThan(LARGEST);
});

test("every share of a request is found page by page, once, by how it stands, its network or its account", async () => {
  const id = await add(many.slice(0, 90), mixed.slice(60));
  const walk = async (query: string) => {
    const found: string[] = [];
    for (let path = `/social/share/${id}/?${query}`; path !== ""; ) {
      const html = await read(path);
      found.push(...sharesIn(html));
      path = nextOf(html);
    }
    return found;
  };
  const all = (await getShareRequest(service.runtime, person, id))?.shares ?? [];
  const ids = (fits: (share: (typeof all)[number]) => boolean) => all.filter(fits).map((share) => share.id);
  const posted = ids(({ status }) => status === "posted");
  expect(await walk("standing=posted")).toEqual(posted);
  expect(await walk("platform=mastodon")).toEqual(
    ids(({ connection }) => connection.platform === "mastodon"),
  );
  const called = ids(({ connection }) => connection.account.displayName.includes("number 7"));
  expect(await walk("account=NUMBER+7")).toEqual(called);
  expect(await walk("account=%25")).toEqual([]);
  const shown = await walk("");
  expect(new Set(shown).size).toBe(shown.length);
  const rest = (await walk("standing=trouble")).filter((share) => !shown.includes(share));
  expect([...shown, ...rest].toSorted()).toEqual(ids(() => true).toSorted());
});

test("up to 20 shares stand on the page all at once", async () => {
  const html = await read(`/social/share/${await add(many.slice(0, 20), mixed.slice(80))}/`);
  expect(sharesIn(html)).toHaveLength(20);
  expect(html).not.toContain("Needs your attention");
  expect(html).not.toContain("search-form");
});

test("only what changed is sent, and nothing where nothing did", async () => {
  const id = await add(many, [...Array<ShareStatus>(19).fill("sending"), "posted"]);
  const first = await read(`/social/share/${id}/`);
  const ask = async (have: string) => await visitor.get(`/social/share/${id}/outcomes/?have=${have}`);
  const idle = await ask(tagsOf(first));
  expect([idle.status, await idle.text()]).toEqual([204, ""]);
  const [changed = ""] = sharesIn(first);
  await service.runtime.database
    .update(socialShares)
    .set({ ...released, status: "posted", updatedAt: new Date() })
    .where(eq(socialShares.id, changed));
  const news = await (await ask(tagsOf(first))).text();
  expect(partsOf(news)).toEqual(["outcomes-heading", `share-${changed}`]);
  expect(news.length).toBeLessThan(8_000);
  expect(news).toContain("101 of 2,000 posted.");
  expect((await ask(tagsOf(news))).status).toBe(204);
});

test("of a few shares, too, only the one that changed is sent", async () => {
  const id = await add(many.slice(0, 7), ["sending"]);
  const first = await read(`/social/share/${id}/`);
  const [, changed = ""] = sharesIn(first);
  await service.runtime.database
    .update(socialShares)
    .set({ ...released, status: "posted", updatedAt: new Date() })
    .where(eq(socialShares.id, changed));
  const news = await read(`/social/share/${id}/outcomes/?have=${tagsOf(first)}`);
  expect(partsOf(news)).toEqual(["outcomes-heading", `share-${changed}`]);
});

test("an account that is to be reconnected is told of on the page that is open", async () => {
  const isFirst = eq(socialConnections.id, many[0] ?? "");
  // Another test's share there was refused, because nobody is there.
  await service.runtime.database.update(socialConnections).set({ status: "active" }).where(isFirst);
  const open = await add(many.slice(0, 2), ["failed", "sending"]);
  const before = tagsOf(await read(`/social/share/${open}/`));
  await service.runtime.database
    .update(socialConnections)
    .set({ status: "reconnect", updatedAt: new Date() })
    .where(isFirst);
  const news = await read(`/social/share/${open}/outcomes/?have=${before}`);
  expect(news).toContain("/social/connect/");
  expect(partsOf(news)).toContain("places");
  await service.runtime.database.update(socialConnections).set({ status: "active" }).where(isFirst);
});

test("what happened before the first look, or while the page could not ask, is sent at the next", async () => {
  const id = await add(many.slice(0, 30), ["queued"]);
  const before = tagsOf(await read(`/social/share/${id}/`));
  const { database } = service.runtime;
  const all = (await getShareRequest(service.runtime, person, id))?.shares ?? [];
  await database
    .update(socialShares)
    .set({ ...released, status: "failed" })
    .where(eq(socialShares.id, all[4]?.id ?? ""));
  await database
    .update(socialShares)
    .set({ status: "sending", firstSentAt: new Date() })
    .where(eq(socialShares.id, all[2]?.id ?? ""));
  const news = await read(`/social/share/${id}/outcomes/?have=${before}`);
  // One more needs the person, so the lists are sent as a whole.
  expect(partsOf(news)).toContain("outcome-lists");
  expect(news).toContain("Needs your attention");
  const whole = await read(`/social/share/${id}/outcomes/?have=nonsense`);
  expect(partsOf(whole)).toEqual(["outcomes-heading", "outcome-lists", "outcome-acts", "places"]);
  expect(tagsOf(whole)).toBe(tagsOf(news));
});

test("a page asks no more once all is settled, and ever more rarely while nothing happens", async () => {
  const everyOf = (html: string) => Number(/hx-trigger="every (\d+)ms/.exec(html)?.[1] ?? Number.NaN);
  const { database, now } = service.runtime;
  const id = await add(many.slice(0, 3), ["sending"]);
  const path = `/social/share/${id}/`;
  const quietFor = async (seconds: number) => {
    await database.update(socialShares).set({ updatedAt: new Date(now().getTime() - seconds * 1_000) });
    return everyOf(await read(path));
  };
  expect(await quietFor(30)).toBe(2_000);
  expect(await quietFor(300)).toBe(10_000);
  expect(await quietFor(800)).toBe(60_000);
  await database.update(socialShares).set({ nextAttemptAt: new Date(now().getTime() + 90_000) });
  expect(everyOf(await read(path))).toBe(5_000);
  await database.update(socialShares).set({ ...released, status: "posted" });
  expect(await read(path)).not.toContain("hx-get");
});

test("whoever is signed out meanwhile gets nothing more", async () => {
  const id = await add(many.slice(0, 3), ["queued"]);
  const away = await signedInVisitor(service, ana);
  const path = `/social/share/${id}/outcomes/?have=${tagsOf(await (await away.get(`/social/share/${id}/`)).text())}`;
  expect((await away.get(path)).status).toBe(204);
  await service.runtime.database
    .delete(sessions)
    .where(
      inArray(
        sessions.id,
        service.runtime.database
          .select({ id: sessions.id })
          .from(sessions)
          .orderBy(sql`${sessions.createdAt} desc`)
          .limit(1),
      ),
    );
  const ended = await away.get(path, { "hx-request": "true" });
  expect([ended.status, await ended.text()]).toEqual([401, ""]);
});

test("all that failed is retried at once, and what is unconfirmed is left to the person", async () => {
  const id = await add(many.slice(0, 40), ["failed", "posted", "unconfirmed", "rejected"]);
  expect(await read(`/social/share/${id}/`)).toContain("Retry 10 posts that did not go out");
  expect((await visitor.post(`/social/share/${id}/retry/`, {})).status).toBe(303);
  const all = (await getShareRequest(service.runtime, person, id))?.shares ?? [];
  const still = all.filter(({ status }) => status === "unconfirmed" || status === "rejected");
  expect(still.length).toBeGreaterThanOrEqual(20);
  const other = await signedInVisitor(service, await addBen());
  expect((await other.post(`/social/share/${id}/retry/`, {})).status).toBe(404);
});

async function addBen() {
  const ben = { name: "Ben", email: "ben@example.com", password: "seven green kites" };
  await createPerson(service.runtime, ben);
  return ben;
}

test("a refused link of a post is shown again with its share, wherever that stands among thousands", async () => {
  const id = await add(many.slice(0, 60), ["unconfirmed"]);
  const last = (await getShareRequest(service.runtime, person, id))?.shares.at(-1)?.id ?? "";
  const refused = await visitor.post(`/social/resolve/${last}/there/`, { link: "https://evil.example/1" });
  expect(refused.status).toBe(422);
  const html = await refused.text();
  expect(html).toContain('value="https://evil.example/1"');
  expect(sharesIn(html).filter((share) => share === last)).toHaveLength(1);
});

test("whoever did something about one of thousands of shares is led to where it is seen", async () => {
  const id = await add(many, ["posted", "failed", "cancelled", "queued"]);
  const shares = (await getShareRequest(service.runtime, person, id))?.shares ?? [];
  const acts = { posted: "delete", failed: "retry", queued: "cancel" } as const;
  for (const [status, act] of Object.entries(acts)) {
    const last = shares.findLast(
      (share) => share.status === status && (act !== "delete" || share.deletion.state === "possible"),
    );
    expect(sharesIn(await read(`/social/share/${id}/`))).not.toContain(last?.id);
    const answer = await visitor.post(`/social/${act}/${last?.id}/`, {});
    expect(answer.status).toBe(303);
    const html = await read(answer.headers.get("location") ?? "");
    expect(sharesIn(html)).toContain(last?.id);
    // What the page requests from then on is about this account too.
    expect(html).toMatch(/hx-get="[^"]*outcomes\/\?[^"]*account=/);
  }
});

test("the history has one entry for 2,000 shares, page by page, and stays small with any filter", async () => {
  await add(many, mixed, { title: "To two thousand" });
  for (let hours = 1; hours <= 30; hours += 1)
    await add(many.slice(hours, hours + 3), ["posted", "posted", "failed"], {
      title: `Number ${hours}.`,
      createdAt: new Date(Date.now() - hours * 3_600_000),
    });
  const titles: string[] = [];
  for (let path = "/social/history/"; path !== ""; ) {
    const html = await read(path);
    expect(html.length).toBeLessThan(LARGEST);
    titles.push(
      ...[...html.matchAll(/>(To two thousand|Number \d+\.)<\/a>/g)].map(([, title]) => title ?? ""),
    );
    path = nextOf(html);
  }
  expect(titles).toEqual([
    "To two thousand",
    ...Array.from({ length: 30 }, (_, hour) => `Number ${hour + 1}.`),
  ]);
  const first = await read("/social/history/");
  for (const told of ["To 2,000 accounts", "120 need attention", "1,800 posted"])
    expect(first).toContain(told);
  expect(first).not.toContain('<select name="account"');
  const one = await read("/social/history/?name=number+1999");
  expect([rowAccountsIn(one), one.includes("To two thousand")]).toEqual([1, true]);
  expect((await read("/social/history/?outcome=trouble")).length).toBeLessThan(LARGEST);
});

test("what is scheduled is paged, soonest first, and the history names the first of it and how many there are", async () => {
  const days = Array.from({ length: 45 }, (_, day) => day + 1);
  for (const day of days.toReversed())
    await add(many.slice(0, 1), ["scheduled"], {
      title: `In ${day} days`,
      scheduledAt: new Date(Date.now() + day * 86_400_000),
    });
  const history = await read("/social/history/");
  expect(history).toContain("All 45 scheduled shares");
  expect(rowAccountsIn(history)).toBe(5);
  const titles: string[] = [];
  for (let path = "/social/scheduled/"; path !== ""; ) {
    const html = await read(path);
    titles.push(...[...html.matchAll(/>(In \d+ days)<\/a>/g)].map(([, title]) => title ?? ""));
    path = nextOf(html);
  }
  expect(titles).toEqual(days.map((day) => `In ${day} days`));
});
