import { eq } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Connection } from "../../../src/connections/connection.ts";
import { disconnect } from "../../../src/connections/disconnect.ts";
import { shareAttempts, socialConnections, socialShares } from "../../../src/database/schema.ts";
import { cancelRequest, cancelShare, shareNow } from "../../../src/sharing/acts/cancel.ts";
import { wakeDue } from "../../../src/sharing/claims/wake.ts";
import { getShareRequest } from "../../../src/sharing/record/history.ts";
import { listScheduled } from "../../../src/sharing/record/history-requests.ts";
import { type Change, changeScheduled, versionOf } from "../../../src/sharing/requests/change.ts";
import { chooseMoment, showLocalTime, startOfDay } from "../../../src/sharing/requests/schedule.ts";
import type { Share } from "../../../src/sharing/share.ts";
import { inEnglish } from "../../../src/words/words.ts";
import { addPerson, connectAccount } from "../../harness/people/accounts.ts";
import { draftFor, orderFault, postsOn, submit, untilSettled } from "../../harness/people/shares.ts";
import { startTestService, type TestService } from "../../harness/services/service.ts";
import { waitFor } from "../../harness/wait.ts";

const HOUR_MS = 3_600_000;

describe("a time on a wall", () => {
  const now = new Date("2026-01-01T00:00:00Z");
  const choose = (at: string, zone: string) => {
    const chosen = chooseMoment({ at, zone }, now);
    return "at" in chosen ? chosen.at.toISOString() : inEnglish(chosen.problem);
  };

  test.each([
    ["2026-03-28T09:00", "Europe/Berlin", "2026-03-28T08:00:00.000Z"],
    ["2026-03-30T09:00", "Europe/Berlin", "2026-03-30T07:00:00.000Z"],
    ["2026-11-01T12:00", "America/New_York", "2026-11-01T17:00:00.000Z"],
    ["2026-06-01T12:00", "Asia/Kolkata", "2026-06-01T06:30:00.000Z"],
    ["2026-06-01T12:00", "Pacific/Apia", "2026-05-31T23:00:00.000Z"],
    ["2026-06-01T12:00", "Australia/Lord_Howe", "2026-06-01T01:30:00.000Z"],
    ["2026-06-01T12:00", "UTC", "2026-06-01T12:00:00.000Z"],
  ])("%s in %s is %s", (at, zone, moment) => {
    expect(choose(at, zone)).toBe(moment);
    expect(showLocalTime(new Date(moment), zone)).toBe(at);
  });

  test.each([
    ["2026-10-25T02:30", "Europe/Berlin", "2026-10-25T00:30:00.000Z"],
    ["2026-11-01T01:30", "America/New_York", "2026-11-01T05:30:00.000Z"],
    ["2026-04-05T01:45", "Australia/Lord_Howe", "2026-04-04T14:45:00.000Z"],
  ])("that comes twice as clocks go back, %s in %s, is the first one", (at, zone, moment) => {
    expect(choose(at, zone)).toBe(moment);
  });

  test.each([
    ["2026-03-29T02:30", "Europe/Berlin", "03:30"],
    ["2026-03-08T02:15", "America/New_York", "03:15"],
    ["2026-10-04T02:10", "Australia/Lord_Howe", "02:40"],
  ])("that clocks skip, %s in %s, is refused with the next one", (at, zone, next) => {
    expect(choose(at, zone)).toContain(`The next time is ${next}.`);
  });

  test.each([
    ["", "Europe/Berlin", "Choose a date and a time."],
    ["2026-02-30T10:00", "Europe/Berlin", "Choose a date and a time."],
    ["tomorrow", "Europe/Berlin", "Choose a date and a time."],
    ["2026-05-01T10:00", "Europe/Atlantis", "Choose a time zone."],
    // An offset does not follow the clocks of a place.
    ["2026-05-01T10:00", "+02:00", "Choose a time zone."],
    ["2025-12-31T10:00", "UTC", "This time has passed: choose a later one, or share now."],
    ["2027-02-01T10:00", "UTC", "Choose a time within a year."],
  ])("that is none, %j in %s, is told", (at, zone, problem) => {
    expect(choose(at, zone)).toBe(problem);
  });

  test("a day begins where the person is", () => {
    expect(startOfDay("2026-03-29", "Europe/Berlin").toISOString()).toBe("2026-03-28T23:00:00.000Z");
    expect(startOfDay("2026-03-29", "Europe/Berlin", 1).toISOString()).toBe("2026-03-29T22:00:00.000Z");
  });
});

describe("a scheduled share", () => {
  let service: TestService;
  let person: { id: string };
  let connection: Connection;
  let other: Connection;

  beforeAll(async () => {
    service = await startTestService();
    person = await addPerson(service.runtime);
    connection = await connectAccount(service.runtime, person, { platform: "twitter" });
    other = await connectAccount(service.runtime, person, {
      platform: "mastodon",
      server: `mastodon.localhost:${service.emulator.mastodon.port}`,
    });
  });
  afterAll(() => service.stop());

  const inAnHour = () => new Date(service.runtime.now().getTime() + HOUR_MS);
  const later = (connections: readonly Connection[]) => draftFor(connections, { at: inAnHour() });

  /** As if the clock had advanced by this much. */
  async function comesDue(requestId: string, lateMs = 0): Promise<void> {
    await service.runtime.database
      .update(socialShares)
      .set({ nextAttemptAt: new Date(service.runtime.now().getTime() - lateMs) })
      .where(eq(socialShares.shareRequestId, requestId));
    await wakeDue(service.runtime);
  }

  async function sharesOf(requestId: string): Promise<readonly Share[]> {
    return (await getShareRequest(service.runtime, person, requestId))?.shares ?? [];
  }

  /** With a form that was opened right before. */
  async function change(by: { id: string }, requestId: string, wanted: Omit<Change, "seen">) {
    const seen = await versionOf(service.runtime, requestId);
    return await changeScheduled(service.runtime, by, requestId, { ...wanted, seen });
  }

  const isThere = async (draft: { page: { url: string } }) =>
    (await postsOn(service.emulator.twitter)).some(({ text }) => text.includes(draft.page.url));

  test("waits for its time, is listed until then, and goes out", async () => {
    const draft = later([connection]);
    const id = await submit(service.runtime, person, draft);
    await wakeDue(service.runtime);
    expect((await sharesOf(id)).map(({ status }) => status)).toEqual(["scheduled"]);
    const { entries } = await listScheduled(service.runtime, person);
    expect(entries.map((entry) => entry.id)).toContain(id);
    expect(await isThere(draft)).toBe(false);
    await comesDue(id);
    const [share] = await untilSettled(service.runtime, person, id);
    expect([share?.status, await isThere(draft)]).toEqual(["posted", true]);
  });

  test("that was due more than a day ago waits for the person's word", async () => {
    const draft = later([connection]);
    const id = await submit(service.runtime, person, draft);
    await comesDue(id, 25 * HOUR_MS);
    const [late] = await sharesOf(id);
    expect(late).toMatchObject({ status: "scheduled", isOverdue: true, isCancellable: true });
    const stranger = await addPerson(service.runtime);
    expect(await shareNow(service.runtime, stranger, late?.id ?? "")).toBeUndefined();
    await shareNow(service.runtime, person, late?.id ?? "");
    await untilSettled(service.runtime, person, id);
    expect(await isThere(draft)).toBe(true);
  });

  test("that is hours late goes out", async () => {
    const draft = later([connection]);
    const id = await submit(service.runtime, person, draft);
    await comesDue(id, 20 * HOUR_MS);
    await untilSettled(service.runtime, person, id);
    expect(await isThere(draft)).toBe(true);
  });

  test("is changed as a whole until it starts, and not by others", async () => {
    const id = await submit(service.runtime, person, later([connection]));
    const at = new Date(inAnHour().getTime() + HOUR_MS);
    const wanted = { message: "Better words", connectionIds: [connection.id, other.id], at };
    const stranger = await addPerson(service.runtime);
    expect(await change(stranger, id, wanted)).toEqual({ outcome: "not-found" });
    const tooLong = { ...wanted, message: "a".repeat(400) };
    expect(await change(person, id, tooLong)).toMatchObject({ outcome: "refused" });
    expect(await change(person, id, wanted)).toEqual({ outcome: "changed" });
    const changed = await getShareRequest(service.runtime, person, id);
    expect(changed).toMatchObject({ message: "Better words", scheduledAt: at });
    expect(
      changed?.shares.map(({ text, nextAttemptAt }) => [text.includes("Better words"), nextAttemptAt]),
    ).toEqual([
      [true, at],
      [true, at],
    ]);
    await comesDue(id);
    await untilSettled(service.runtime, person, id);
    expect(await change(person, id, wanted)).toEqual({ outcome: "too-late" });
  });

  test("is cancelled by its person, one or all of it", async () => {
    const id = await submit(service.runtime, person, later([connection, other]));
    const [first] = await sharesOf(id);
    const stranger = await addPerson(service.runtime);
    expect(await cancelShare(service.runtime, stranger, first?.id ?? "")).toEqual({
      outcome: "not-found",
    });
    await cancelShare(service.runtime, person, first?.id ?? "");
    expect((await sharesOf(id)).map(({ status }) => status).toSorted()).toEqual(["cancelled", "scheduled"]);
    expect(await cancelRequest(service.runtime, person, id)).toMatchObject({ outcome: "cancelled", left: 0 });
    expect((await sharesOf(id)).map(({ status }) => status)).toEqual(["cancelled", "cancelled"]);
  });

  test("is cancelled when its account is disconnected", async () => {
    const leaver = await addPerson(service.runtime);
    const server = `social.localhost:${service.emulator.mastodon.port}`;
    const leaving = await connectAccount(service.runtime, leaver, { platform: "mastodon", server });
    const id = await submit(service.runtime, leaver, later([leaving]));
    expect(await disconnect(service.runtime, leaver, leaving.id)).toBe("disconnected");
    const [share] = (await getShareRequest(service.runtime, leaver, id))?.shares ?? [];
    expect(share).toMatchObject({
      status: "cancelled",
      problemCode: "disconnected",
      nextAttemptAt: undefined,
    });
  });

  test("of an account that broke meanwhile goes out once it is connected again", async () => {
    const draft = later([connection]);
    const id = await submit(service.runtime, person, draft);
    const set = (status: "active" | "reconnect") =>
      service.runtime.database
        .update(socialConnections)
        .set({ status })
        .where(eq(socialConnections.id, connection.id));
    await set("reconnect");
    await comesDue(id);
    const [stopped] = await untilSettled(service.runtime, person, id);
    expect(stopped?.status).toBe("reconnect");
    await set("active");
  });

  test("cancelled while a worker prepares it lets nothing out", async () => {
    const draft = draftFor([connection]);
    // A token renewal is requested first, which takes a while.
    await service.runtime.database
      .update(socialConnections)
      .set({ tokenExpiresAt: new Date() })
      .where(eq(socialConnections.id, connection.id));
    await orderFault(service.emulator.twitter, "POST /2/oauth2/token", { kind: "delay", ms: 1_000 });
    const id = await submit(service.runtime, person, draft);
    const [share] = await waitFor("a worker to have it in hand", async () => {
      const rows = await service.runtime.database
        .select()
        .from(socialShares)
        .where(eq(socialShares.shareRequestId, id));
      return rows.every(({ leaseId }) => leaseId !== null) ? rows : undefined;
    });
    expect(await cancelShare(service.runtime, person, share?.id ?? "")).toMatchObject({ left: 0 });
    await waitFor("the token to be renewed", async () => {
      const [row] = await service.runtime.database
        .select()
        .from(socialConnections)
        .where(eq(socialConnections.id, connection.id));
      return row?.tokenExpiresAt && row.tokenExpiresAt > new Date() ? true : undefined;
    });
    await untilSettled(
      service.runtime,
      person,
      await submit(service.runtime, person, draftFor([connection])),
    );
    expect((await sharesOf(id)).map(({ status }) => status)).toEqual(["cancelled"]);
    expect(await isThere(draft)).toBe(false);
    expect(
      await service.runtime.database.$count(shareAttempts, eq(shareAttempts.shareId, share?.id ?? "")),
    ).toBe(0);
  });

  test("after a change each link has its own network's parameters, not those of another one", async () => {
    const config = { ...service.runtime.config, linkParameters: "utm_source={network}" };
    const runtime = { ...service.runtime, config };
    const x = connection;
    const mastodon = await connectAccount(service.runtime, person, {
      platform: "mastodon",
      server: `mastodon.localhost:${service.emulator.mastodon.port}`,
    });
    const at = new Date(runtime.now().getTime() + 86_400_000);
    const id = await submit(runtime, person, draftFor([x, mastodon], { at }));
    const links = async () => {
      const request = await getShareRequest(runtime, person, id);
      return request?.shares.map(({ text }) => /utm_source=(\w+)/.exec(text)?.[1]).toSorted();
    };
    expect(await links()).toEqual(["mastodon", "twitter"]);
    const seen = await versionOf(runtime, id);
    const wanted = { message: "Changed", connectionIds: [x.id, mastodon.id], at, seen };
    expect((await changeScheduled(runtime, person, id, wanted)).outcome).toBe("changed");
    expect(await links()).toEqual(["mastodon", "twitter"]);
  });
});
