import { afterAll, beforeAll, expect, test } from "vitest";
import type { Connection } from "../../../src/connections/connection.ts";
import { accountGroupMembers, accountGroups } from "../../../src/database/schema.ts";
import { getShareRequest } from "../../../src/sharing/record/history.ts";
import { submitShares } from "../../../src/sharing/requests/submit.ts";
import { findNextSlot, listNextSlots } from "../../../src/sharing/slots/next-slot.ts";
import { addSlots, listPlans, removeSlot } from "../../../src/sharing/slots/plans.ts";
import { listMoments } from "../../../src/sharing/slots/slot-times.ts";
import { addPerson, connectAccount } from "../../harness/people/accounts.ts";
import { draftFor, submit } from "../../harness/people/shares.ts";
import { startTestService, type TestService } from "../../harness/services/service.ts";

const zone = "Europe/Berlin";

let service: TestService;
let person: { id: string };
let twitter: Connection;
let threads: Connection;

beforeAll(async () => {
  service = await startTestService();
  person = await addPerson(service.runtime);
  twitter = await connectAccount(service.runtime, person, { platform: "twitter" });
  threads = await connectAccount(service.runtime, person, { platform: "threads" });
});
afterAll(() => service.stop());

/** A group of one account, with a plan of these days at nine. */
async function planFor(connection: Connection, weekdays: readonly number[]) {
  const { database } = service.runtime;
  const [group] = await database
    .insert(accountGroups)
    .values({ userId: person.id, name: `Work on ${weekdays}` })
    .returning({ id: accountGroups.id });
  const groupId = group?.id ?? "";
  await database.insert(accountGroupMembers).values({ groupId, connectionId: connection.id });
  expect(await addSlots(service.runtime, person, groupId, { weekdays, time: "09:00" })).toBeUndefined();
  return { groupId, zone };
}

const momentOf = async (requestId: string) =>
  (await getShareRequest(service.runtime, person, requestId))?.scheduledAt;

test("a slot keeps its time on the clock when clocks change, and one that clocks skip comes an hour later", () => {
  const first = (slot: { weekday: number; time: string }, now: string, number: number) =>
    [...listMoments([slot], zone, new Date(now))].slice(0, number).map((moment) => moment.toISOString());
  expect(first({ weekday: 7, time: "09:00" }, "2027-03-20T00:00:00Z", 2)).toEqual([
    "2027-03-21T08:00:00.000Z",
    "2027-03-28T07:00:00.000Z",
  ]);
  expect(first({ weekday: 7, time: "02:30" }, "2027-03-22T00:00:00Z", 1)).toEqual([
    "2027-03-28T01:30:00.000Z",
  ]);
  expect(first({ weekday: 7, time: "02:30" }, "2026-10-24T00:00:00Z", 1)).toEqual([
    "2026-10-25T00:30:00.000Z",
  ]);
});

test("two presses at once take two slots, and a change takes none from itself", async () => {
  const plan = await planFor(twitter, [2, 4]);
  const offered = await findNextSlot(service.runtime, person, plan);
  const press = () => submit(service.runtime, person, draftFor([twitter], { slot: plan }));
  const taken = (await Promise.all((await Promise.all([press(), press(), press()])).map(momentOf))).map(
    (at) => at?.getTime() ?? 0,
  );
  expect(new Set(taken).size).toBe(3);
  expect(Math.min(...taken)).toBe(offered?.getTime());
  const [third = 0] = taken.toSorted((one, other) => other - one);
  const next = await findNextSlot(service.runtime, person, plan);
  expect(next?.getTime()).toBeGreaterThan(third);
});

test("a slot of a group is free while only other accounts have something then", async () => {
  const plan = await planFor(twitter, [6]);
  const next = await findNextSlot(service.runtime, person, plan);
  await submit(service.runtime, person, draftFor([threads], { at: next }));
  expect(await findNextSlot(service.runtime, person, plan)).toEqual(next);
  await submit(service.runtime, person, draftFor([twitter], { at: next }));
  expect((await findNextSlot(service.runtime, person, plan))?.getTime()).toBeGreaterThan(
    next?.getTime() ?? 0,
  );
});

test("the plan for any accounts is offered first, and one without slots not at all", async () => {
  const plan = await planFor(threads, [7]);
  await addSlots(service.runtime, person, undefined, { weekdays: [1, 2, 3, 4, 5], time: "12:15" });
  await addSlots(service.runtime, person, undefined, { weekdays: [1], time: "12:15" });
  const [first, ...others] = await listPlans(service.runtime, person);
  expect([first?.name, first?.slots.length]).toEqual([undefined, 5]);
  expect(others.find(({ groupId }) => groupId === plan.groupId)?.slots).toEqual([
    { weekday: 7, time: "09:00" },
  ]);
  const offered = async () =>
    (await listNextSlots(service.runtime, person, zone)).some(({ groupId }) => groupId === plan.groupId);
  expect(await offered()).toBe(true);
  await removeSlot(service.runtime, person, plan.groupId, { weekday: 7, time: "09:00" });
  expect(await offered()).toBe(false);
  const refused = await submitShares(service.runtime, person, draftFor([threads], { slot: plan }));
  expect(refused.outcome).toBe("refused");
});

test("nobody adds to the plan of somebody else's group, or takes a slot of it", async () => {
  const plan = await planFor(threads, [3]);
  const stranger = await addPerson(service.runtime, "Ben");
  const slot = { weekdays: [1], time: "10:00" };
  expect(await addSlots(service.runtime, stranger, plan.groupId, slot)).toMatch(/no longer exists/);
  expect(await findNextSlot(service.runtime, stranger, plan)).toBeUndefined();
});
