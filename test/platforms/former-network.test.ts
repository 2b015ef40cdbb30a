/** What a person has at a network that this version no longer knows, after a downgrade or a removal. */

import { eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { listConnections } from "../../src/connections/connection.ts";
import { disconnect } from "../../src/connections/disconnect.ts";
import { endFormerGrants } from "../../src/connections/grants/former-grants.ts";
import { verifyDue } from "../../src/connections/upkeep.ts";
import {
  looseGrants,
  shareDeletions,
  socialConnections,
  socialShares,
  users,
} from "../../src/database/schema.ts";
import { createPerson } from "../../src/people/sign-up/create-person.ts";
import { wakeDue } from "../../src/sharing/claims/wake.ts";
import { sendNotices } from "../../src/sharing/record/notices.ts";
import type { ShareStatus } from "../../src/sharing/share.ts";
import { connectAccount } from "../harness/people/accounts.ts";
import { addRequest } from "../harness/people/many-shares.ts";
import { draftFor, submit } from "../harness/people/shares.ts";
import { signedInVisitor, type Visitor } from "../harness/people/visitor.ts";
import { startTestService, type TestService } from "../harness/services/service.ts";
import { waitFor } from "../harness/wait.ts";

const ana = { name: "Ana", email: "ana@example.com", password: "a sea of lanterns" };
/** In the rows of a version that knew it. */
const FORMER = "yesternet";

let service: TestService;
let visitor: Visitor;
let person: { id: string };
let formerId: string;
/** A request with each status, to the account there and to one on X. */
let requests: ReadonlyMap<ShareStatus, string>;

beforeAll(async () => {
  service = await startTestService();
  const { runtime } = service;
  await createPerson(runtime, ana);
  const [row] = await runtime.database.select().from(users);
  person = { id: row?.id ?? "" };
  visitor = await signedInVisitor(service, ana);
  const former = await connectAccount(runtime, person, { platform: "threads" });
  formerId = former.id;
  const known = await connectAccount(runtime, person, { platform: "twitter" });
  const statuses: ShareStatus[] = [
    ...(["posted", "failed", "rejected", "duplicate", "reconnect", "unconfirmed"] as const),
    ...(["cancelled", "queued", "sending", "scheduled"] as const),
  ];
  const all: [ShareStatus, string][] = [];
  for (const status of statuses)
    all.push([
      status,
      await addRequest(runtime.database, person, [former.id, known.id], [status, "posted"], {
        title: `A ${status} share`,
        ...(status === "scheduled" ? { scheduledAt: new Date(Date.now() + 86_400_000) } : {}),
      }),
    ]);
  requests = new Map(all);
  await rename(former.id);
});
afterAll(() => service.stop());

async function rename(connectionId: string): Promise<void> {
  await service.runtime.database
    .update(socialConnections)
    .set({ platform: FORMER })
    .where(eq(socialConnections.id, connectionId));
}

function requestOf(status: ShareStatus): string {
  return requests.get(status) ?? "";
}

async function shareOf(status: ShareStatus) {
  const { rows } = await service.runtime.database.execute<{ id: string }>(
    sql`select id from social_shares where share_request_id = ${requestOf(status)} and connection_id = ${formerId}`,
  );
  return rows[0]?.id ?? "";
}

async function read(path: string): Promise<{ status: number; text: string }> {
  const answer = await visitor.get(path);
  return { status: answer.status, text: await answer.text() };
}

test.each([
  "/social/",
  "/social/?network=yesternet",
  "/social/share/?url=https%3A%2F%2Fblog.example.com%2Fa&title=A",
  "/social/history/",
  "/social/scheduled/",
  "/account/",
  "/account/delete/",
  "/admin/setup/",
  "/admin/state/",
  "/admin/audit/",
  "/social/groups/new/",
])("%s is shown", async (path) => {
  const { status, text } = await read(path);
  expect([status, text.includes("Something went wrong")]).toEqual([200, false]);
});

test("the accounts page lists the account, and says that its network is no longer supported", async () => {
  const { text } = await read("/social/");
  expect(text).toContain(FORMER);
  expect(text).toContain("no longer supported");
});

test("the account has its page, with the way to disconnect it", async () => {
  const { status, text } = await read(`/social/accounts/${formerId}/`);
  expect(status).toBe(200);
  expect(text).toContain(`/social/disconnect/${formerId}/`);
  expect(text).toContain("No longer supported");
});

test("the share page says why the account cannot be chosen", async () => {
  const { text } = await read("/social/share/?url=https%3A%2F%2Fblog.example.com%2Fa&title=A");
  expect(text).toContain("yesternet is no longer supported here.");
  expect(text).not.toContain("yesternet is currently not set up here.");
});

test("a share there offers nothing that needs its network", async () => {
  const { text } = await read(`/social/share/${requestOf("unconfirmed")}/`);
  expect(text).toContain("Not confirmed");
  expect(text).not.toMatch(/Check again|It is there|Reconnect/);
  for (const status of ["failed", "reconnect", "rejected"] as const)
    expect((await read(`/social/share/${requestOf(status)}/`)).text).not.toMatch(
      /\/social\/retry\/|\/social\/connect\/yesternet/,
    );
});

test("every share has its result, its parts and its details", async () => {
  for (const [status, id] of requests) {
    const pages = [
      `/social/share/${id}/`,
      `/social/share/${id}/outcomes/`,
      `/social/shares/${await shareOf(status)}/`,
    ];
    for (const page of pages) expect([status, page, (await read(page)).status]).toEqual([status, page, 200]);
  }
  // A worker may have ended what waited there by now; then nothing of it can be changed.
  expect([200, 409]).toContain((await read(`/social/share/${requestOf("scheduled")}/edit/`)).status);
});

test("the history and the person's data are exported", async () => {
  const csv = await read("/social/history/export.csv");
  expect(csv.text).toContain(FORMER);
  expect((await read("/social/history/export.json")).text).toContain(FORMER);
  expect((await read("/account/data.json")).text).toContain(FORMER);
});

test("a draft may name the account, and is told why it takes nothing", async () => {
  const [former] = (await listConnections(service.runtime, person)).filter(({ id }) => id === formerId);
  const answer = await visitor.post("/social/share/", {
    url: "https://blog.example.com/b",
    title: "B",
    message: "Worth a read",
    idempotencyKey: crypto.randomUUID(),
    account: former?.id ?? "",
  });
  expect(answer.status).toBeLessThan(500);
});

test("the network cannot be asked for the account, and the page says so", async () => {
  const answer = await visitor.post(`/social/verify/${formerId}/`, {});
  expect(answer.status).toBe(503);
  expect(await answer.text()).toContain("no longer set up here");
});

test("upkeep and notices go on for everybody else", async () => {
  await service.runtime.database.update(socialConnections).set({ lastVerifiedAt: null });
  await verifyDue(service.runtime);
  const asked = await service.runtime.database
    .select({ platform: socialConnections.platform })
    .from(socialConnections)
    .where(sql`last_verified_at is not null`);
  expect(new Set(asked.map(({ platform }) => platform))).toEqual(new Set(["twitter"]));
  await service.runtime.database.update(socialShares).set({ tellAt: new Date(0) });
  await sendNotices(service.runtime);
  const [left] = await service.runtime.database
    .select({ id: socialShares.id })
    .from(socialShares)
    .where(sql`tell_at is not null and tell_at < now()`);
  expect(left).toBeUndefined();
});

test("waiting shares end with a message, and those to other networks go out beside them", async () => {
  const { runtime } = service;
  const [former, known] = await Promise.all(
    (["threads", "twitter"] as const).map((platform) =>
      connectAccount(runtime, person, { platform, account: "ben" }),
    ),
  );
  if (former === undefined || known === undefined) throw new Error("Not connected.");
  const later = new Date(Date.now() + 3_600_000);
  const requestId = await submit(runtime, person, draftFor([former, known], { at: later }));
  await rename(former.id);
  await runtime.database
    .update(socialShares)
    .set({ nextAttemptAt: new Date(Date.now() - 1_000) })
    .where(eq(socialShares.shareRequestId, requestId));
  await wakeDue(runtime);
  const ended = await waitFor("both shares to end", async () => {
    const rows = await runtime.database
      .select()
      .from(socialShares)
      .where(eq(socialShares.shareRequestId, requestId));
    return rows.every(({ status }) => ["posted", "failed"].includes(status)) ? rows : undefined;
  });
  const there = ended.find(({ connectionId }) => connectionId === former.id);
  expect(there?.status).toBe("failed");
  expect(there?.errorMessage).toContain("no longer set up");
  expect(ended.find(({ connectionId }) => connectionId === known.id)?.status).toBe("posted");
});

test("a deletion that waits ends too", async () => {
  const { runtime } = service;
  await visitor.post(`/social/delete/${await shareOf("posted")}/`, {});
  const waiting = await runtime.database.select().from(shareDeletions);
  expect(waiting.filter(({ state }) => state === "deleting")).toEqual([]);
});

test("the person disconnects it here, and what it held is gone within a week", async () => {
  const { runtime } = service;
  const other = await connectAccount(runtime, person, { platform: "linkedin" });
  await rename(other.id);
  expect(await disconnect(runtime, person, other.id)).toBe("disconnected, there later");
  expect((await read("/social/history/")).status).toBe(200);
  await runtime.database.update(looseGrants).set({ createdAt: new Date(0), dueAt: new Date(0) });
  await endFormerGrants(runtime);
  const rest = await runtime.database.select().from(looseGrants).where(eq(looseGrants.platform, FORMER));
  expect(rest).toEqual([]);
});
