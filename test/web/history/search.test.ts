import { readFileSync } from "node:fs";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Connection } from "../../../src/connections/connection.ts";
import { migrationsFolder } from "../../../src/database/migrate.ts";
import { shareRequests, shareWords, users } from "../../../src/database/schema.ts";
import { createPerson } from "../../../src/people/sign-up/create-person.ts";
import { cancelRequest } from "../../../src/sharing/acts/cancel.ts";
import { addPerson, connectAccount } from "../../harness/people/accounts.ts";
import { draftFor, shareTo, submit } from "../../harness/people/shares.ts";
import { signedInVisitor, type Visitor } from "../../harness/people/visitor.ts";
import { startTestService, type TestService } from "../../harness/services/service.ts";

const ana = { name: "Ana", email: "ana@example.com", password: "a sea of lanterns" };

let service: TestService;
let visitor: Visitor;
let person: { id: string };
let twitter: Connection;

beforeAll(async () => {
  service = await startTestService();
  await createPerson(service.runtime, ana);
  const [row] = await service.runtime.database.select().from(users);
  person = { id: row?.id ?? "" };
  visitor = await signedInVisitor(service, ana);
  twitter = await connectAccount(service.runtime, person, { platform: "twitter" });
});
afterAll(() => service.stop());

const later = () => new Date(Date.now() + 86_400_000);
const read = async (path: string) => await (await visitor.get(path)).text();

/** The titles of the rows that a search shows. */
async function find(words: string): Promise<string[]> {
  const html = await read(`/social/history/?${new URLSearchParams({ q: words })}`);
  return [...html.matchAll(/<h2 class="one-line"><a[^>]*>([^<]+)</g)].map(([, title = ""]) => title);
}

/** In milliseconds. */
async function time(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

async function schedule(title: string, path: string, message: string, own?: string): Promise<string> {
  return await submit(
    service.runtime,
    person,
    draftFor([twitter], {
      page: { url: `https://blog.example.com/${path}`, title, description: "", image: undefined },
      message,
      ownMessages: own === undefined ? undefined : { [twitter.id]: own },
      at: later(),
    }),
  );
}

test("shares are found by words of the title, the messages and the address, in any case and without accents", async () => {
  await schedule("Über die Straße nach Łódź", "travel/street-art", "Ein schöner Ausflug");
  await schedule("Le café du matin", "cuisine/recettes%2F%C3%A9t%C3%A9", "À lire", "Seulement ici");
  await schedule("東京の春", "tokyo", "Spring");
  const [german, french, japanese] = ["Über die Straße nach Łódź", "Le café du matin", "東京の春"];
  expect(await find("uber strasse")).toEqual([german]);
  expect(await find("LODZ")).toEqual([german]);
  expect(await find("schoner ausf")).toEqual([german]);
  expect(await find("street")).toEqual([german]);
  expect(await find("cafe\u0301")).toEqual([french]);
  expect(await find("seulement")).toEqual([french]);
  expect(await find("ete recettes")).toEqual([french]);
  expect(await find("京")).toEqual([japanese]);
  expect(await find("example.com uber")).toEqual([german]);
  expect(await find("uber matin")).toEqual([]);
  expect(await find("& | ! :* '")).toEqual([]);
  const long = `Ein schöner Ausflug ${"und noch ein Stück ".repeat(40)}`;
  expect(await find(`uber strasse ${" ".repeat(500)}`)).toEqual([german]);
  expect(await find(long)).toEqual([]);
  const empty = await read("/social/history/?q=nowhere");
  expect(empty).toContain("No shares match.");
  expect(empty).toContain('value="nowhere"');
});

test("words that a change takes away no longer find the share, and what others wrote is never found", async () => {
  const id = await schedule("To be changed", "changed", "First words");
  const seen = /name="version" value="([^"]+)"/.exec(await read(`/social/share/${id}/edit/`))?.[1] ?? "";
  const changed = await visitor.post(`/social/share/${id}/edit/`, {
    ...{
      url: "https://blog.example.com/changed",
      title: "x",
      account: twitter.id,
      zone: "UTC",
      version: seen,
    },
    ...{ message: "Second thoughts", when: "later", at: later().toISOString().slice(0, 16) },
  });
  expect(changed.status).toBe(303);
  expect(await find("first words")).toEqual([]);
  expect(await find("second tho")).toEqual(["To be changed"]);
  const ben = await addPerson(service.runtime, "Ben");
  const his = await connectAccount(service.runtime, ben, { platform: "twitter", account: "ben" });
  await submit(service.runtime, ben, draftFor([his], { message: "Unmistakable", at: later() }));
  expect(await find("unmistakable")).toEqual([]);
});

test("requests from before the search are found as new ones are", async () => {
  const { database } = service.runtime;
  await schedule("Größe, Ärger: Ünïcode", "old/page-one", "Сочи, ЁЛКА");
  await database.delete(shareWords);
  const file = readFileSync(`${migrationsFolder}/0016_calendar.sql`, "utf8");
  await database.execute(sql.raw(file.slice(file.indexOf("-- by hand"))));
  expect(await database.$count(shareWords)).toBe(await database.$count(shareRequests));
  expect(await find("grosse arger unicode")).toEqual(["Größe, Ärger: Ünïcode"]);
  expect(await find("елка сочи")).toEqual(["Größe, Ärger: Ünïcode"]);
  expect(await find("page one old")).toEqual(["Größe, Ärger: Ünïcode"]);
});

test("among twenty thousand shares of others a search is as quick as among few", async () => {
  const { database } = service.runtime;
  const few = await time(() => find("common wor"));
  const ben = await addPerson(service.runtime, "Busy");
  await database.execute(sql`with made as (
      insert into share_requests (user_id, url, title, description, message, idempotency_key)
      select ${ben.id}, 'https://many.example.com/' || n, 'Common words ' || n, '', '', 'many ' || n
      from generate_series(1, 20000) as n returning id, title)
    insert into share_words (request_id, words) select id, to_tsvector('simple', lower(title)) from made`);
  await database.execute(sql`analyze share_requests, share_words`);
  await schedule("Common words of mine", "mine", "");
  const among = await time(() => find("common wor"));
  expect(await find("common wor")).toEqual(["Common words of mine"]);
  expect(among).toBeLessThan(5 * few + 1_000);
});

test("a row tells each account's state, and whose doing a cancellation was", async () => {
  const page = { url: "https://blog.example.com/row", title: "One row", description: "", image: undefined };
  const [share] = await shareTo(service.runtime, person, draftFor([twitter], { page, message: "In a row" }));
  const html = await read("/social/history/?q=in+a+row");
  expect(html).toMatch(/<p class="one-line" dir="auto">In a row<\/p>/);
  expect(html).toContain("@ana on X: Posted");
  expect(html).not.toContain(`id="share-${share?.id}"`);
  const unfolded = await read(`/social/history/${share?.requestId}/accounts/`);
  expect(unfolded).toContain(`id="share-${share?.id}"`);
  const again = /href="([^"]+again=[^"]+)"/.exec(html)?.[1]?.replaceAll("&amp;", "&") ?? "";
  const composer = await read(again);
  expect(composer).toContain(">In a row</textarea>");
  expect(composer).toMatch(new RegExp(`value="${twitter.id}" checked`));

  const id = await schedule("Called off", "called-off", "");
  await cancelRequest(service.runtime, person, id);
  const result = await read(`/social/share/${id}/`);
  expect(result).toContain("<h1>Cancelled</h1>");
  expect(result).toContain("You cancelled this share. Nothing was posted.");
  expect(result).toContain("You cancelled it before it went out.");
  const details = /href="(\/social\/shares\/[^"]+)"/.exec(result)?.[1] ?? "";
  expect(await read(details)).toContain("You cancelled it.");
});
