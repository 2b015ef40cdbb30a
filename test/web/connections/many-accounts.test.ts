/** Pages of a person with many accounts: lists that are searched and paged, and a selection in few fields. */
import { randomUUID } from "node:crypto";
import { and, count, eq, isNotNull, like } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  accountGroupMembers,
  accountGroups,
  socialConnections,
  socialShares,
} from "../../../src/database/schema.ts";
import { packIds } from "../../../src/web/share/picker/selection-fields.ts";
import { addSomebody, type Somebody } from "../../harness/people/somebody.ts";
import { startTestService, type TestService } from "../../harness/services/service.ts";

const MOST_BYTES = 120_000;
const amount = { accounts: 300, groups: 3, members: 100, requests: 10, waiting: 0 };
/** Of 300 accounts every fiftieth needs reconnecting. */
const WORKING = 294;
const image = "https://blog.example.com/a.jpg";

let service: TestService;
let ana: Somebody;

beforeAll(async () => {
  service = await startTestService();
  ana = await addSomebody(service.runtime, service.address, "Ana", amount);
});
afterAll(() => service.stop());

type Fields = readonly (readonly [string, string])[];

function formOf(fields: Fields): URLSearchParams {
  return new URLSearchParams(fields.map(([name, value]) => [name, value]));
}

/** A page that nobody has shared yet. */
function pageFields(): Fields {
  const url = `https://blog.example.com/${randomUUID()}`;
  return [
    ["url", url],
    ["title", "Why we moved"],
    ["image", image],
    ["message", "Worth a read"],
    ["idempotency_key", randomUUID()],
    // Nothing goes out while the test looks.
    ["when", "later"],
    ["at", new Date(Date.now() + 86_400_000).toISOString().slice(0, 16)],
    ["zone", "UTC"],
  ];
}

async function post(path: string, fields: Fields, headers = {}) {
  const answer = await ana.visitor.post(path, formOf(fields), headers);
  return { status: answer.status, html: await answer.text(), location: answer.headers.get("location") ?? "" };
}

async function get(path: string): Promise<string> {
  const answer = await ana.visitor.get(path);
  expect(answer.status).toBe(200);
  return await answer.text();
}

/** Submits, and reads the result. */
async function share(fields: Fields) {
  const { status, html, location } = await post("/social/share/", fields);
  if (status !== 303) throw new Error(html);
  const requestId = location.split("/")[3] ?? "";
  return { requestId, shares: await sharesOf(requestId) };
}

async function sharesOf(requestId: string) {
  return await service.runtime.database
    .select()
    .from(socialShares)
    .where(eq(socialShares.shareRequestId, requestId));
}

const chosenIn = (html: string) => /([\d,]+|No) accounts? (?:is|are) chosen of 300\./.exec(html)?.[1];

test("the accounts page lists many accounts a page at a time, what needs attention first", async () => {
  const first = await get("/social/");
  expect(Buffer.byteLength(first)).toBeLessThan(MOST_BYTES);
  expect(first.match(/href="\/social\/accounts\/[^"#]+"/g)).toHaveLength(25);
  expect(first.match(/Needs reconnecting/g)).toHaveLength(6);
  expect(first).toContain("Page 1 of 12");
  expect(await get("/social/?page=12")).not.toContain('rel="next"');
  expect(await get("/social/?page=999")).toContain("Page 12 of 12");
  expect(await get("/social/?q=NEWSROOM-17+%40newsroom&network=facebook")).toContain(">1 account<");
  expect(await get("/social/?q=50%25")).toContain("No accounts match.");
  const attention = await get("/social/?state=attention");
  expect(attention).toContain("Need attention (6)");
  expect(attention.match(/href="\/social\/accounts\/[^"#]+"/g)).toHaveLength(6);
});

test("Check and Disconnect lead back to where they were pressed, and to no other site", async () => {
  const here = "/social/?q=newsroom-29&page=1";
  const id = ana.connectionIds[299] ?? "";
  const page = await get(here);
  expect(page).toContain(`name="return" value="/social/?q=newsroom-29"`);
  const away = await post(`/social/disconnect/${id}/`, [["return", "//evil.example/"]]);
  expect(away.location).toBe("/social/");
  const other = ana.connectionIds[298] ?? "";
  expect((await post(`/social/disconnect/${other}/`, [["return", here]])).location).toBe(here);
  expect(await get(here)).not.toContain(other);
  // Reconnected.
  const accessTokenEnc = service.runtime.vault.encrypt("none");
  await service.runtime.database
    .update(socialConnections)
    .set({ revokedAt: null, accessTokenEnc })
    .where(isNotNull(socialConnections.revokedAt));
  expect(await get(`/social/accounts/${other}/?return=${encodeURIComponent(here)}`)).toContain(
    "What we may do there",
  );
});

test("the share page of many accounts offers the last choice and the groups, and stays small", async () => {
  const html = await get(
    `/social/share/?${formOf([
      ["url", "https://blog.example.com/new"],
      ["image", image],
    ])}`,
  );
  expect(Buffer.byteLength(html)).toBeLessThan(MOST_BYTES);
  expect(html).toMatch(/name="as" value="[\w-]+" checked=""[^>]*>.*?Same accounts as last time/s);
  expect(html).toMatch(/name="group"[^>]*>.*?Newsrooms 00.*?98 of 100 accounts/s);
  const [, last] = /Same accounts as last time.*?>(\d+)(?: of \d+)? accounts/s.exec(html) ?? [];
  expect(chosenIn(html)).toBe(last);
  expect(html.match(/name="(?:account|without)"/g)?.length).toBeLessThanOrEqual(25);
});

test("looking for accounts keeps all that was typed and chosen, without JavaScript too", async () => {
  const [one = "", two = ""] = ana.connectionIds;
  const chosen: Fields = [
    ["account", one],
    ["accounts", packIds([two])],
    ["group", ana.groupId],
    ["without", ana.connectionIds[5] ?? ""],
    ["message-twitter", "Only for X"],
    ["find", "newsroom-21"],
  ];
  const { status, html } = await post("/social/share/accounts/", [...pageFields(), ...chosen]);
  expect(status).toBe(200);
  expect(html).toContain("Worth a read</textarea>");
  expect(html).toContain("Only for X</textarea>");
  expect(html).toMatch(new RegExp(`name="account" value="${one}" checked`));
  expect(html).toMatch(new RegExp(`name="account" value="${two}" checked`));
  expect(html).toMatch(new RegExp(`name="without" value="${ana.connectionIds[5]}" checked`));
  expect(html).toContain("All 11 accounts found");
  // The group contains the two, and 2 of its 100 need reconnecting; one is left out.
  expect(chosenIn(html)).toBe("97");
  const part = await post("/social/share/accounts/", [...pageFields(), ...chosen], { "hx-request": "true" });
  expect(part.html).toMatch(/^<fieldset[^>]* id="accounts"/);
  expect(part.html).toContain('id="own-messages"');
  expect(part.html).not.toContain("<html");
});

test("a page of what was found stays while accounts are ticked, and another search begins anew", async () => {
  const second = await post("/social/share/accounts/", [...pageFields(), ["turn", "2"]]);
  expect(second.html).toContain("Page 2 of 12");
  const [, page = ""] = /name="page" value="([^"]+)"/.exec(second.html) ?? [];
  const ticked = await post("/social/share/accounts/", [...pageFields(), ["page", page]]);
  expect(ticked.html).toContain("Page 2 of 12");
  const other = await post("/social/share/accounts/", [
    ...pageFields(),
    ["page", page],
    ["find", "newsroom"],
  ]);
  expect(other.html).toContain("Page 1 of 12");
});

test("a group, all that a search finds and single accounts go out as one form, but for what cannot and what is left out", async () => {
  const left = ana.connectionIds[0] ?? "";
  const { shares } = await share([
    ...pageFields(),
    ["group", ana.groupId],
    ["all", "words=newsroom-29"],
    ["account", ana.connectionIds[200] ?? ""],
    ["without", left],
  ]);
  const ids = shares.map(({ connectionId }) => connectionId);
  expect(new Set(ids).size).toBe(ids.length);
  // 98 of the group without one; 29 and 290 to 298 besides, of which 29 is in the group; and one single account.
  expect(ids).toHaveLength(97 + 9 + 1);
  expect(ids).not.toContain(left);
  expect(ids).not.toContain(ana.connectionIds[49]);
});

test("an account that was chosen by itself and must be reconnected is told of, not left out", async () => {
  const broken = ana.connectionIds[49] ?? "";
  const { status, html } = await post("/social/share/", [
    ...pageFields(),
    ["account", broken],
    ["group", ana.groupId],
  ]);
  expect(status).toBe(422);
  expect(html).toMatch(/no longer lets us post as @newsroom-49.*reconnect the account first/);
});

test("what a search says that is not understood chooses nothing", async () => {
  for (const all of ["", "words=&network=nowhere", "x"]) {
    const { status, html } = await post("/social/share/", [...pageFields(), ["all", all]]);
    expect([all, status]).toEqual([all, 422]);
    expect(html).toContain("Choose at least one account");
  }
});

test("a page that some of the accounts had before is asked about once for all of them", async () => {
  const fields = pageFields();
  await share([...fields, ["all", "words=newsroom-1"]]);
  const again: Fields = [
    ...fields.filter(([name]) => name !== "idempotency_key"),
    ["all", "words="],
    ["idempotency_key", randomUUID()],
  ];
  const asked = await post("/social/share/", again);
  expect(asked.status).toBe(409);
  expect(asked.html).toMatch(/This page was shared to \d+ of these accounts before/);
  const rest = await share([...again, ["earlier", "leave-out"]]);
  const before = await share([
    ...again.filter(([name]) => name !== "idempotency_key"),
    ["idempotency_key", randomUUID()],
    ["earlier", "repeat"],
  ]);
  expect(before.shares).toHaveLength(WORKING);
  expect(rest.shares.length).toBeLessThan(WORKING);
  const none = await post("/social/share/", [
    ...again.filter(([name]) => name !== "idempotency_key"),
    ["earlier", "leave-out"],
  ]);
  expect(none.html).toContain("You have already shared this page to all of these accounts.");
});

test("a text that is too long for hundreds of accounts is told once, and offered cut for their network", async () => {
  const fields = pageFields().map(
    ([name, value]) => [name, name === "message" ? "ships ".repeat(60) : value] as const,
  );
  const { status, html } = await post("/social/share/", [...fields, ["all", "words=&network=twitter"]]);
  expect(status).toBe(422);
  expect(html.match(/characters? too many for X/g)?.length).toBeLessThanOrEqual(2);
  expect(html).toMatch(/The same applies to \d+ more accounts/);
  expect(Buffer.byteLength(html)).toBeLessThan(MOST_BYTES);
  const [, offered = ""] = /name="message-twitter"[^>]*>([^<]+)</.exec(html) ?? [];
  expect(offered).toMatch(/ships…$/);
  const { shares } = await share([
    ...fields,
    ["all", "words=&network=twitter"],
    ["message-twitter", offered],
  ]);
  expect(shares).toHaveLength(42);
  expect(new Set(shares.map(({ text }) => text.startsWith(offered)))).toEqual(new Set([true]));
});

test("what is scheduled to many accounts is changed as a whole, with the words that a network has of its own", async () => {
  const { requestId } = await share([
    ...pageFields(),
    ["group", ana.groupId],
    ["message-twitter", "Only for X"],
  ]);
  const edit = `/social/share/${requestId}/edit/`;
  const html = await get(edit);
  expect(Buffer.byteLength(html)).toBeLessThan(MOST_BYTES);
  expect(html).toMatch(/name="as" value="[\w-]+" checked=""[^>]*>.*?As scheduled/s);
  expect(html).toMatch(/name="message-twitter"[^>]*>Only for X</);
  const left = ana.connectionIds[1] ?? "";
  const seen = /name="version" value="([\w-]+)"/.exec(html)?.[1] ?? "";
  const changed: Fields = [
    ["version", seen],
    ...pageFields().filter(([name]) => name !== "when"),
    ["as", requestId],
    ["without", left],
    ["account", ana.connectionIds[150] ?? ""],
  ];
  const found = await post(`/social/share/${requestId}/edit/accounts/`, [
    ...changed,
    ["find", "newsroom-15"],
  ]);
  expect(chosenIn(found.html)).toBe("98");
  expect((await post(edit, changed)).status).toBe(303);
  const ids = (await sharesOf(requestId)).map(({ connectionId }) => connectionId);
  expect(ids).toHaveLength(98);
  expect(ids).not.toContain(left);
});

test("a group of hundreds is made, changed and deleted on a page of its own", async () => {
  expect(await get("/social/groups/new/")).toContain("Create a group");
  const looked = await post("/social/groups/new/accounts/", [
    ["name", "Everybody"],
    ["all", "words="],
  ]);
  expect(looked.html).toContain('value="Everybody"');
  expect(chosenIn(looked.html)).toBe("300");
  expect(
    (
      await post("/social/groups/", [
        ["name", ""],
        ["all", "words="],
      ])
    ).html,
  ).toContain("Give the group a name.");
  expect(
    (
      await post("/social/groups/", [
        ["name", "Everybody"],
        ["all", "words="],
      ])
    ).location,
  ).toBe("/social/#groups");
  const { database } = service.runtime;
  const [group] = await database.select().from(accountGroups).where(eq(accountGroups.name, "Everybody"));
  const id = group?.id ?? "";
  const members = async () => {
    const [row] = await database
      .select({ number: count() })
      .from(accountGroupMembers)
      .where(eq(accountGroupMembers.groupId, id));
    return row?.number;
  };
  expect(await members()).toBe(300);
  expect(await get(`/social/groups/${id}/`)).toMatch(/Everybody.*?300 accounts/s);
  const left = ana.connectionIds[0] ?? "";
  const change: Fields = [
    ["name", "Nearly everybody"],
    ["group", id],
    ["without", left],
  ];
  expect((await post(`/social/groups/${id}/accounts/`, change)).html).toContain("299 accounts are chosen");
  expect((await post(`/social/groups/${id}/`, change)).location).toBe("/social/#groups");
  expect(await members()).toBe(299);
  const same = await post(`/social/groups/${id}/`, [
    ["name", "Newsrooms 00"],
    ["group", id],
  ]);
  expect([same.status, same.html]).toEqual([422, expect.stringContaining("another group with this name")]);
  expect((await post(`/social/groups/${id}/delete/`, [])).status).toBe(303);
  expect((await post(`/social/groups/${id}/`, change)).html).toContain("Choose at least one account");
});

test("nobody chooses by somebody else's groups, requests or accounts", async () => {
  const ben = await addSomebody(service.runtime, service.address, "Ben", {
    ...amount,
    accounts: 30,
    members: 3,
  });
  const theirs: Fields = [
    ["group", ana.groupId],
    ["as", ana.scheduledId],
    ["account", ana.connectionIds[0] ?? ""],
  ];
  const looked = await ben.visitor.post("/social/share/accounts/", formOf([...pageFields(), ...theirs]));
  expect(await looked.text()).toContain("No account is chosen of 30.");
  const shared = await ben.visitor.post("/social/share/", formOf([...pageFields(), ...theirs]));
  expect(shared.status).toBe(422);
  expect((await ben.visitor.get(`/social/groups/${ana.groupId}/`)).status).toBe(404);
  expect((await ben.visitor.get(`/social/accounts/${ana.connectionIds[0]}/`)).status).toBe(404);
  const [member] = await service.runtime.database
    .select()
    .from(accountGroups)
    .where(and(eq(accountGroups.id, ana.groupId), eq(accountGroups.userId, ben.id)));
  expect(member).toBeUndefined();
});

test("among hundreds that a network lets us in to, ticks are kept while the person looks for others", async () => {
  const choice = `/social/choose/${ana.choiceId}/`;
  const first = await get(choice);
  expect(Buffer.byteLength(first)).toBeLessThan(MOST_BYTES);
  expect(first).toContain("Nothing is ticked of 300.");
  const hidden = (html: string, name: string) =>
    new RegExp(`name="${name}" value="([^"]*)"`).exec(html)?.[1] ?? "";
  const sent = (html: string, more: Fields): Fields => [
    ...["kept", "shown", "page"].map((name) => [name, hidden(html, name)] as const),
    ...more,
  ];
  const id = (index: number) => `offered ${ana.id} ${index}`;
  const second = await post(
    `/social/choose/${ana.choiceId}/accounts/`,
    sent(first, [
      ["account", id(3)],
      ["account", id(4)],
      ["turn", "2"],
    ]),
  );
  expect(second.html).toContain("2 are ticked of 300.");
  const found = await post(
    `/social/choose/${ana.choiceId}/accounts/`,
    sent(second.html, [
      ["account", id(50)],
      ["find", "page-3"],
    ]),
  );
  expect(found.html).toContain("3 are ticked of 300.");
  expect(found.html).toMatch(new RegExp(`value="${id(3)}" checked`));
  const done = await post(choice, sent(found.html, [["account", id(30)]]));
  expect(done.status).toBe(303);
  const { database } = service.runtime;
  const rows = await database
    .select({ id: socialConnections.platformUserId })
    .from(socialConnections)
    .where(like(socialConnections.platformUserId, "offered %"));
  // The third was on the last page shown, and is no longer ticked there.
  expect(rows.map((row) => row.id).sort()).toEqual([id(30), id(4), id(50)]);
  await database.delete(socialConnections).where(like(socialConnections.platformUserId, "offered %"));
});

test("the history of many accounts is searched by a name", async () => {
  const html = await get("/social/history/?name=newsroom-7");
  expect(html).toMatch(/<input type="search" name="name" value="newsroom-7"/);
  expect(html).not.toContain('<select name="account"');
  expect(html).toContain("newsroom-7");
  expect(html).not.toContain("@newsroom-8 ");
});
