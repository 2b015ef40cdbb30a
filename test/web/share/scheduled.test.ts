import { randomUUID } from "node:crypto";
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Connection } from "../../../src/connections/connection.ts";
import { disconnect } from "../../../src/connections/disconnect.ts";
import { socialConnections, socialShares, users } from "../../../src/database/schema.ts";
import { createPerson } from "../../../src/people/sign-up/create-person.ts";
import { getShareRequest } from "../../../src/sharing/record/history.ts";
import { addPerson, connectAccount } from "../../harness/people/accounts.ts";
import { draftFor, submit, untilSettled } from "../../harness/people/shares.ts";
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

const tomorrow = () => new Date(Date.now() + 86_400_000);
const schedule = () => submit(service.runtime, person, draftFor([twitter], { at: tomorrow() }));
const statusesOf = async (request: string) =>
  (await getShareRequest(service.runtime, person, request))?.shares.map(({ status }) => status);
const shareOf = async (request: string) =>
  (await getShareRequest(service.runtime, person, request))?.shares[0]?.id ?? "";

const optionsOf = async (request: string) =>
  (await getShareRequest(service.runtime, person, request))?.shares[0]?.options;

/** What its edit form was made from. */
async function versionIn(request: string): Promise<string> {
  const html = await (await visitor.get(`/social/share/${request}/edit/`)).text();
  return /name="version" value="([^"]+)"/.exec(html)?.[1] ?? "";
}

test("what is chosen in the form for an account is kept by a change that does not name it", async () => {
  const at = tomorrow().toISOString().slice(0, 16);
  const words = { message: "", account: twitter.id, when: "later", at, zone: "UTC" };
  const field = `option-${twitter.id}-replies`;
  const answer = await visitor.post("/social/share/", {
    ...{ url: `https://blog.example.com/${randomUUID()}`, title: "Later", ...words },
    ...{ idempotency_key: randomUUID(), [field]: "verified" },
  });
  const [, request = ""] = /share\/([^/]+)\//.exec(answer.headers.get("location") ?? "") ?? [];
  expect(await optionsOf(request)).toEqual({ replies: "verified" });
  const change = async (more: Record<string, string>) =>
    await visitor.post(`/social/share/${request}/edit/`, {
      ...words,
      version: await versionIn(request),
      ...more,
    });
  expect((await change({ message: "Other words" })).status).toBe(303);
  expect(await optionsOf(request)).toEqual({ replies: "verified" });
  expect((await change({ [field]: "everyone" })).status).toBe(303);
  expect(await optionsOf(request)).toEqual({});
  expect((await change({ [field]: "nobody" })).status).toBe(422);
});

test("a share is scheduled by the form, and the zone is kept for the next time where none was chosen yet", async () => {
  await service.runtime.database.update(users).set({ timeZone: null });
  const at = tomorrow().toISOString().slice(0, 16);
  const answer = await visitor.post("/social/share/", {
    ...{ url: `https://blog.example.com/${randomUUID()}`, title: "Later", message: "", account: twitter.id },
    ...{ idempotency_key: randomUUID(), when: "later", at, zone: "Asia/Kolkata" },
  });
  expect(answer.status).toBe(303);
  const html = await (await visitor.get(answer.headers.get("location") ?? "")).text();
  expect(html).toContain(`${at.slice(11)} GMT+5:30`);
  expect(html).not.toMatch(/<noscript>/);
  const next = await (await visitor.get("/social/share/?url=https://blog.example.com/next")).text();
  expect(next).toContain('name="zone" value="Asia/Kolkata"');
  await visitor.post("/social/share/", {
    ...{ url: `https://blog.example.com/${randomUUID()}`, title: "Later", message: "", account: twitter.id },
    ...{ idempotency_key: randomUUID(), when: "later", at, zone: "Asia/Tokyo" },
  });
  expect(await (await visitor.get("/account/")).text()).toContain('<option value="Asia/Kolkata" selected');
});

test("what is scheduled is changed by its form, which keeps what does not fit", async () => {
  const request = await schedule();
  const path = `/social/share/${request}/edit/`;
  const seen = await versionIn(request);
  const [at, zone] = [tomorrow().toISOString().slice(0, 16), "UTC"];
  const form = {
    url: "https://blog.example.com/x",
    title: "X",
    account: twitter.id,
    at,
    zone,
    version: seen,
  };
  const tooLong = await visitor.post(path, { ...form, message: "b".repeat(400) });
  expect([tooLong.status, await tooLong.text()]).toEqual([422, expect.stringContaining("bbbb")]);
  const endless = await visitor.post(path, { ...form, message: "b".repeat(10_001) });
  expect([endless.status, await endless.text()]).toEqual([
    422,
    expect.stringContaining("Use at most 10,000 characters for the message."),
  ]);
  const past = await visitor.post(path, { ...form, message: "", at: "2020-01-01T00:00" });
  expect([past.status, await past.text()]).toEqual([422, expect.stringContaining("This time has passed")]);
  expect((await visitor.post(path, { ...form, message: "Now with words" })).status).toBe(303);
  expect((await getShareRequest(service.runtime, person, request))?.message).toBe("Now with words");
  await service.runtime.database
    .update(socialShares)
    .set({ status: "queued" })
    .where(eq(socialShares.shareRequestId, request));
  const late = await visitor.post(path, { ...form, message: "Too late" });
  expect([late.status, await late.text()]).toEqual([
    409,
    expect.stringMatching(/has started, so it can no longer be changed.*Too late/s),
  ]);
});

test("a text that was shortened for a change is saved once it was read", async () => {
  const request = await schedule();
  const path = `/social/share/${request}/edit/`;
  const version = await versionIn(request);
  const at = tomorrow().toISOString().slice(0, 16);
  const form = {
    url: "https://blog.example.com/x",
    title: "X",
    account: twitter.id,
    at,
    zone: "UTC",
    version,
  };
  const shortened = { ...form, [`message-${twitter.id}`]: "Shorter", cut: twitter.id };
  const unread = await visitor.post(path, shortened);
  expect([unread.status, await unread.text()]).toEqual([
    422,
    expect.stringContaining("Read the shortened texts"),
  ]);
  expect((await visitor.post(path, { ...shortened, seen: twitter.id })).status).toBe(303);
});

test("an account that must be reconnected stays among what is scheduled, which says so", async () => {
  const threads = await connectAccount(service.runtime, person, { platform: "threads" });
  const request = await submit(service.runtime, person, draftFor([twitter, threads], { at: tomorrow() }));
  const isThreads = eq(socialConnections.id, threads.id);
  await service.runtime.database.update(socialConnections).set({ status: "reconnect" }).where(isThreads);
  const result = await (await visitor.get(`/social/share/${request}/`)).text();
  expect(result).toContain("It goes out only after you reconnect the account.");
  expect(result).toContain(`/social/connect/threads/`);
  const path = `/social/share/${request}/edit/`;
  const page = await (await visitor.get(path)).text();
  expect(page).toMatch(new RegExp(`value="${threads.id}" checked`));
  const at = tomorrow().toISOString().slice(0, 16);
  const form = [
    ...Object.entries({
      url: "https://blog.example.com/x",
      title: "X",
      message: "Other words",
      at,
      zone: "UTC",
    }),
    ...[twitter.id, threads.id].map((id) => ["account", id]),
    ["version", await versionIn(request)],
  ];
  expect((await visitor.post(path, new URLSearchParams(form))).status).toBe(303);
  expect(await statusesOf(request)).toEqual(["scheduled", "scheduled"]);
  await disconnect(service.runtime, person, threads.id);
  const cancelled = await (await visitor.get(`/social/share/${request}/`)).text();
  expect(cancelled).toContain("was disconnected before this was sent");
  expect(cancelled).not.toContain("Next try");
});

test("what was cancelled meanwhile says so, and keeps the words of the change", async () => {
  const request = await schedule();
  await visitor.post(`/social/share/${request}/cancel/`, {});
  const at = tomorrow().toISOString().slice(0, 16);
  const form = { url: "https://blog.example.com/x", title: "X", account: twitter.id, at, zone: "UTC" };
  const late = await visitor.post(`/social/share/${request}/edit/`, {
    ...form,
    message: "Other words",
    [`message-${twitter.id}`]: "For X alone",
  });
  expect([late.status, await late.text()]).toEqual([
    409,
    expect.stringMatching(/was cancelled.*Other words.*For X alone/s),
  ]);
});

test("a change of what was changed or partly cancelled in another tab is not made, and its words are kept", async () => {
  const threads = await connectAccount(service.runtime, person, { platform: "threads" });
  const request = await submit(service.runtime, person, draftFor([twitter, threads], { at: tomorrow() }));
  const at = tomorrow().toISOString().slice(0, 16);
  const change = async (seen: string, message: string) =>
    await visitor.post(
      `/social/share/${request}/edit/`,
      new URLSearchParams([
        ...Object.entries({
          url: "https://blog.example.com/x",
          title: "X",
          at,
          zone: "UTC",
          version: seen,
          message,
        }),
        ...[twitter.id, threads.id].map((id) => ["account", id]),
      ]),
    );
  const [seen, shares] = [
    await versionIn(request),
    (await getShareRequest(service.runtime, person, request))?.shares,
  ];
  expect((await visitor.post(`/social/cancel/${shares?.[0]?.id}/`, {})).status).toBe(303);
  const late = await change(seen, "Other words");
  expect([late.status, await late.text()]).toEqual([
    409,
    expect.stringMatching(/partly cancelled elsewhere.*Other words/s),
  ]);
  expect((await statusesOf(request))?.toSorted()).toEqual(["cancelled", "scheduled"]);
  expect((await getShareRequest(service.runtime, person, request))?.message).toBe("Worth a read");
  const again = await change(await versionIn(request), "New words");
  expect(again.status).toBe(303);
  expect((await change(seen, "Old words")).status).toBe(409);
});

test("what is scheduled is cancelled, one or all of it, and what is late goes out now", async () => {
  const [one, all, late] = [await schedule(), await schedule(), await schedule()];
  expect((await visitor.post(`/social/cancel/${await shareOf(one)}/`, {})).status).toBe(303);
  expect((await visitor.post(`/social/share/${all}/cancel/`, {})).status).toBe(303);
  expect([await statusesOf(one), await statusesOf(all)]).toEqual([["cancelled"], ["cancelled"]]);
  expect((await visitor.post(`/social/now/${await shareOf(late)}/`, {})).status).toBe(303);
  await untilSettled(service.runtime, person, late);
  expect(await statusesOf(late)).toEqual(["posted"]);
  const gone = await visitor.post(`/social/cancel/${await shareOf(late)}/`, {});
  expect([gone.status, await gone.text()]).toEqual([409, expect.stringContaining("Too late to cancel")]);
});

test("what others scheduled is not found", async () => {
  const ben = await addPerson(service.runtime, "Ben");
  const his = await connectAccount(service.runtime, ben, { platform: "twitter", account: "ben" });
  const request = await submit(service.runtime, ben, draftFor([his], { at: tomorrow() }));
  const share = (await getShareRequest(service.runtime, ben, request))?.shares[0]?.id;
  expect((await visitor.get(`/social/share/${request}/edit/`)).status).toBe(404);
  for (const path of [
    `/social/share/${request}/edit/`,
    `/social/share/${request}/cancel/`,
    `/social/cancel/${share}/`,
    `/social/now/${share}/`,
    `/social/resolve/${share}/there/`,
    `/social/resolve/${share}/again/`,
  ])
    expect((await visitor.post(path, {})).status, path).toBe(404);
});
