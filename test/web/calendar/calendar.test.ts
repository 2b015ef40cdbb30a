import { eq } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Connection } from "../../../src/connections/connection.ts";
import { accountGroups, socialShares, users } from "../../../src/database/schema.ts";
import { createPerson } from "../../../src/people/sign-up/create-person.ts";
import { getShareRequest } from "../../../src/sharing/record/history.ts";
import { addPerson, connectAccount } from "../../harness/people/accounts.ts";
import { addRequest } from "../../harness/people/many-shares.ts";
import { draftFor, postsOn, submit, untilSettled } from "../../harness/people/shares.ts";
import { signedInVisitor, type Visitor } from "../../harness/people/visitor.ts";
import { startTestService, type TestService } from "../../harness/services/service.ts";

const ana = { name: "Ana", email: "ana@example.com", password: "a sea of lanterns" };
const zone = "America/New_York";

let service: TestService;
let visitor: Visitor;
let person: { id: string };
let twitter: Connection;

beforeAll(async () => {
  service = await startTestService();
  await createPerson(service.runtime, ana);
  const { database } = service.runtime;
  await database.update(users).set({ timeZone: zone });
  const [row] = await database.select().from(users);
  person = { id: row?.id ?? "" };
  visitor = await signedInVisitor(service, ana);
  twitter = await connectAccount(service.runtime, person, { platform: "twitter" });
});
afterAll(() => service.stop());

const read = async (path: string, headers = {}) => await (await visitor.get(path, headers)).text();
/** A day this many days ahead, where Ana is. */
const dayAhead = (days: number) =>
  new Intl.DateTimeFormat("sv", { timeZone: zone }).format(new Date(Date.now() + days * 86_400_000));
/** Eleven in the evening of that day in New York, which is the next day in UTC. */
const lateOn = (day: string) => new Date(`${day}T23:00:00-05:00`);
const momentOf = async (id: string) =>
  (await getShareRequest(service.runtime, person, id))?.scheduledAt?.toISOString();

/** What the calendar shows of each day. */
function daysOf(html: string): Map<string, string> {
  return new Map(
    html
      .split(/(?=<li class="day)/)
      .slice(1)
      .map((part) => [/data-day="([^"]+)"/.exec(part)?.[1] ?? "", part]),
  );
}

async function schedule(title: string, at: Date): Promise<string> {
  const page = { url: `https://blog.example.com/${title}`, title, description: "", image: undefined };
  return await submit(service.runtime, person, draftFor([twitter], { page, at }));
}

test("a share stands on its day where the person is, in weeks that begin as their language has it", async () => {
  const day = dayAhead(3);
  const id = await schedule("late-evening", lateOn(day));
  const path = `/social/calendar/?view=month&on=${day}`;
  const days = daysOf(await read(path));
  expect(days.get(day)).toContain("late-evening");
  expect([...days.values()].filter((part) => part.includes("late-evening"))).toHaveLength(1);
  const firstDay = async (language: string) => {
    const [first = ""] = daysOf(await read(path, { "accept-language": language })).keys();
    return new Date(`${first}T12:00:00Z`).getUTCDay();
  };
  expect([await firstDay("en-US"), await firstDay("de-DE")]).toEqual([0, 1]);
  expect(daysOf(await read(`/social/calendar/?view=week&on=${day}`)).size).toBe(7);
  expect(daysOf(await read(`/social/calendar/?view=day&on=${day}`)).get(day)).toContain("late-evening");
  await visitor.post(`/social/share/${id}/cancel/`, {});
  expect(await read(path)).not.toContain("late-evening");
});

test("a day with much folds, and all of it is on the day's own page", async () => {
  const day = dayAhead(5);
  for (let number = 1; number <= 5; number += 1)
    await addRequest(service.runtime.database, person, [twitter.id], ["scheduled"], {
      title: `dense-${number}`,
      scheduledAt: new Date(lateOn(day).getTime() - number * 60_000),
    });
  const ofDay = daysOf(await read(`/social/calendar/?on=${day}`)).get(day) ?? "";
  expect(ofDay.match(/dense-\d</g)).toHaveLength(3);
  expect(ofDay).toContain("+2 more");
  const whole = await read(`/social/calendar/?view=day&on=${day}`);
  expect(whole.match(/class="entry-title">dense-\d</g)).toHaveLength(5);
});

test("what is scheduled is moved to another day at its time, or to another time, and a refusal says why", async () => {
  const [from, to] = [dayAhead(10), dayAhead(12)];
  const id = await schedule("to-move", lateOn(from));
  const path = `/social/share/${id}/move/`;
  const moved = await visitor.post(path, { day: to, view: "week", on: from });
  expect(moved.headers.get("location")).toBe(`/social/calendar/?view=week&on=${from}&news=moved#entry-${id}`);
  expect(await momentOf(id)).toBe(lateOn(to).toISOString());
  expect(await read(moved.headers.get("location") ?? "")).toContain("The share was moved.");

  const form = await read(`${path}?view=month&on=${to}`);
  expect(form).toContain(`value="${to}T23:00"`);
  const past = await visitor.post(path, { day: dayAhead(-2), view: "month", on: to });
  expect([past.status, await past.text()]).toEqual([422, expect.stringContaining("This time has passed")]);
  const empty = await visitor.post(path, { at: "" });
  expect([empty.status, await empty.text()]).toEqual([
    422,
    expect.stringContaining("Choose a date and a time."),
  ]);
  expect(await momentOf(id)).toBe(lateOn(to).toISOString());
  const elsewhere = await visitor.post(path, { at: `${to}T21:30` });
  expect(elsewhere.headers.get("location")).toBe(`/social/share/${id}/`);
  expect(await momentOf(id)).toBe(new Date(lateOn(to).getTime() - 90 * 60_000).toISOString());

  await service.runtime.database
    .update(socialShares)
    .set({ status: "queued", leaseUntil: new Date(Date.now() + 3_600_000) })
    .where(eq(socialShares.shareRequestId, id));
  const late = await visitor.post(path, { day: from, view: "month", on: from });
  expect([late.status, await late.text()]).toEqual([
    409,
    expect.stringMatching(/Sharing has started, so it can no longer be moved.*class="calendar by-month"/s),
  ]);
  expect((await visitor.get(path)).status).toBe(409);
});

test("what others scheduled is neither shown nor moved", async () => {
  const ben = await addPerson(service.runtime, "Ben");
  const his = await connectAccount(service.runtime, ben, { platform: "twitter", account: "ben" });
  const day = dayAhead(20);
  const page = { url: "https://blog.example.com/his", title: "only-his", description: "", image: undefined };
  const id = await submit(service.runtime, ben, draftFor([his], { page, at: lateOn(day) }));
  expect(await read(`/social/calendar/?on=${day}`)).not.toContain("only-his");
  expect((await visitor.get(`/social/share/${id}/move/`)).status).toBe(404);
  expect((await visitor.post(`/social/share/${id}/move/`, { day })).status).toBe(404);
  expect((await visitor.get(`/social/history/${id}/accounts/`)).status).toBe(404);
});

test("a change sends what is scheduled at once, or takes the next free slot of a plan", async () => {
  const added = await visitor.post("/social/plan/", { weekday: "3", time: "08:30" });
  expect(added.headers.get("location")).toBe("/social/plan/#plan");
  expect(await read("/social/plan/")).toContain('name="time" value="08:30"');
  const refused = await visitor.post("/social/plan/", { time: "08:30" });
  expect([refused.status, await refused.text()]).toEqual([
    422,
    expect.stringContaining("Choose at least one day of the week."),
  ]);
  for (const weekday of ["", "9", "1.5", "Monday"]) {
    const odd = await visitor.post("/social/plan/", { weekday, time: "08:30" });
    expect(await odd.text()).toContain("Choose at least one day of the week.");
  }
  const id = await schedule("changed-to-now", lateOn(dayAhead(30)));
  const change = async (when: string) => {
    const html = await read(`/social/share/${id}/edit/`);
    expect(html).toContain("Next free slot: ");
    const seen = /name="version" value="([^"]+)"/.exec(html)?.[1] ?? "";
    const form = {
      url: "https://blog.example.com/changed-to-now",
      title: "x",
      message: "Now then",
      version: seen,
    };
    return await visitor.post(`/social/share/${id}/edit/`, { ...form, account: twitter.id, when });
  };
  expect((await change("slot")).status).toBe(303);
  const at = new Date((await momentOf(id)) ?? 0);
  expect(at.toLocaleString("en-GB", { timeZone: zone, weekday: "short", timeStyle: undefined })).toContain(
    "Wed",
  );
  expect((await change("now")).status).toBe(303);
  await untilSettled(service.runtime, person, id);
  const posts = await postsOn(service.emulator.twitter);
  expect(posts.filter(({ text }) => text.startsWith("Now then"))).toHaveLength(1);
  const removed = await visitor.post("/social/plan/remove/", { weekday: "3", time: "08:30" });
  expect(removed.status).toBe(303);
  expect(await read("/social/plan/")).not.toContain('value="08:30"');
});

test("a group has its plan on its page", async () => {
  const made = await visitor.post("/social/groups/", { name: "News", account: twitter.id });
  expect(made.status).toBe(303);
  const [row] = await service.runtime.database.select({ id: accountGroups.id }).from(accountGroups);
  const groupId = row?.id ?? "";
  const group = `/social/groups/${groupId}/`;
  const planned = await visitor.post(
    `/social/groups/${groupId}/plan/`,
    new URLSearchParams([
      ["weekday", "2"],
      ["weekday", "5"],
      ["time", "17:00"],
    ]),
  );
  expect(planned.headers.get("location")).toBe(`${group}#plan`);
  expect((await read(group)).match(/name="time" value="17:00"/g)).toHaveLength(2);
  const share = await read("/social/share/?url=https://blog.example.com/with-slot&title=S");
  expect(share).toMatch(new RegExp(`value="slot-${groupId}"`));
  expect(share).toContain("Next free slot of News: ");
  await visitor.post(`/social/groups/${groupId}/plan/remove/`, { weekday: "2", time: "17:00" });
  expect((await read(group)).match(/name="time" value="17:00"/g)).toHaveLength(1);
});
