import { and, eq } from "drizzle-orm";
import { pino } from "pino";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { Connection } from "../../../src/connections/connection.ts";
import { rateBudgets, shareAttempts, socialConnections, socialShares } from "../../../src/database/schema.ts";
import type { RateBudget } from "../../../src/platforms/platform.ts";
import { openRuntime } from "../../../src/service/runtime.ts";
import { wakeDue } from "../../../src/sharing/claims/wake.ts";
import { noteBudgets, removeExpiredBudgets, takeBudget } from "../../../src/sharing/delivery/budgets.ts";
import { getShareRequest } from "../../../src/sharing/record/history.ts";
import { isSettled } from "../../../src/sharing/share.ts";
import { control } from "../../harness/networks/networks.ts";
import { addPerson, connectAccount } from "../../harness/people/accounts.ts";
import { countCalls, draftFor, orderFault, submit, untilSettled } from "../../harness/people/shares.ts";
import { startTestService, type TestService } from "../../harness/services/service.ts";
import { telling } from "../../harness/told.ts";
import { waitFor } from "../../harness/wait.ts";

const TWEET = "POST /2/tweets";

let service: TestService;
let person: { id: string };
let ana: Connection;
let ben: Connection;

beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service.stop());
beforeEach(async () => {
  const { database } = service.runtime;
  await database.update(socialConnections).set({ revokedAt: new Date() });
  await database.delete(rateBudgets);
  await control(service.emulator.twitter, "DELETE", "faults");
  person = await addPerson(service.runtime);
  ana = await connectAccount(service.runtime, person, { platform: "twitter" });
  ben = await connectAccount(service.runtime, person, { platform: "twitter", account: "ben" });
});

const inMinutes = (minutes: number) => new Date(Date.now() + minutes * 60_000);
const posterOf = (connection: Connection) => ({ platform: "twitter" as const, connectionId: connection.id });
const shareTwo = async (connection: Connection, count: number) => {
  const ids: string[] = [];
  for (let share = 0; share < count; share += 1)
    ids.push(await submit(service.runtime, person, draftFor([connection])));
  return ids;
};
const shareOf = async (id: string) => (await getShareRequest(service.runtime, person, id))?.shares[0];

/** Settled, or put off for later. */
async function untilDecided(ids: readonly string[]) {
  return await waitFor("each share to be decided", async () => {
    const shares = await Promise.all(ids.map(shareOf));
    const isDecided = shares.every(
      (share) => share && (isSettled(share.status) || share.nextAttemptAt !== undefined),
    );
    return isDecided ? shares.filter((share) => share !== undefined) : undefined;
  });
}

test("of ten shares only as many ask the network as it still takes; the others wait for its time and go out then", async () => {
  await noteBudgets(service.runtime, posterOf(ana), [
    { of: "account", span: "short", remaining: 3, resetsAt: inMinutes(15) },
  ]);
  const before = await countCalls(service.emulator.twitter, TWEET);
  const ids = await shareTwo(ana, 10);
  const shares = await untilDecided(ids);
  expect(shares.filter(({ status }) => status === "posted")).toHaveLength(3);
  expect(await countCalls(service.emulator.twitter, TWEET)).toBe(before + 3);
  const waiting = shares.filter(({ status }) => status === "queued");
  expect(waiting).toHaveLength(7);
  for (const { nextAttemptAt, problem } of waiting) {
    expect(nextAttemptAt?.getTime()).toBeGreaterThanOrEqual(inMinutes(14).getTime());
    expect(problem).toEqual(
      telling(/^X is not accepting more posts for now. We will try again when it allows us to.$/),
    );
  }
  await service.runtime.database.delete(rateBudgets);
  await service.runtime.database.update(socialShares).set({ nextAttemptAt: new Date() });
  await wakeDue(service.runtime);
  for (const id of ids) await untilSettled(service.runtime, person, id);
  expect(await countCalls(service.emulator.twitter, TWEET)).toBe(before + 10);
});

test("what is left is one count for all processes", async () => {
  const other = await openRuntime(service.config, { log: pino({ level: "silent" }) });
  const poster = posterOf(ana);
  await noteBudgets(other, poster, [{ of: "app", span: "day", remaining: 5, resetsAt: inMinutes(60) }]);
  const taken = await Promise.all(
    Array.from({ length: 12 }, (_, index) => takeBudget(index % 2 ? other : service.runtime, poster)),
  );
  expect(taken.filter((one) => !("spentUntil" in one))).toHaveLength(5);
  await other.close();
});

test("what is left is not spent by shares that are not sent", async () => {
  const poster = posterOf(ana);
  const resetsAt = inMinutes(60);
  await noteBudgets(service.runtime, poster, [
    { of: "account", span: "short", remaining: 4, resetsAt },
    { of: "app", span: "day", remaining: 0, resetsAt },
  ]);
  expect(await takeBudget(service.runtime, poster)).toEqual({ spentUntil: resetsAt });
  const rows = await service.runtime.database.select().from(rateBudgets);
  expect(rows.map(({ remaining }) => remaining).sort()).toEqual([0, 4]);
  await service.runtime.database.delete(rateBudgets);

  await noteBudgets(service.runtime, poster, [{ of: "account", span: "short", remaining: 4, resetsAt }]);
  await service.runtime.database
    .update(socialConnections)
    .set({ tokenExpiresAt: inMinutes(-1) })
    .where(eq(socialConnections.id, ana.id));
  await orderFault(service.emulator.twitter, "POST /2/oauth2/token", { kind: "status", status: 503 }, 3);
  const [id = ""] = await shareTwo(ana, 1);
  expect((await untilDecided([id]))[0]?.status).toBe("queued");
  expect(await service.runtime.database.select().from(rateBudgets)).toMatchObject([{ remaining: 4 }]);
});

test("a network in trouble is not asked before the time that it names", async () => {
  const busy = { kind: "status", status: 503, headers: { "retry-after": "600" } };
  await orderFault(service.emulator.twitter, "POST /2/oauth2/token", busy, 3);
  await service.runtime.database
    .update(socialConnections)
    .set({ tokenExpiresAt: inMinutes(-1) })
    .where(eq(socialConnections.id, ana.id));
  const [id = ""] = await shareTwo(ana, 1);
  const [share] = await untilDecided([id]);
  expect(share?.nextAttemptAt?.getTime()).toBeGreaterThan(inMinutes(9).getTime());
});

test("a share of old that is tried again has all its patience; one that waited a day fails", async () => {
  const [id = ""] = await shareTwo(ana, 1);
  await untilDecided([id]);
  const { database } = service.runtime;
  const isIt = eq(socialShares.shareRequestId, id);
  await database
    .update(socialShares)
    .set({ status: "queued", nextAttemptAt: inMinutes(-1), createdAt: inMinutes(-3 * 24 * 60) })
    .where(isIt);
  await noteBudgets(service.runtime, posterOf(ana), [
    { of: "account", span: "short", remaining: 0, resetsAt: inMinutes(15) },
  ]);
  await wakeDue(service.runtime);
  const waiting = await waitFor("it to wait", async () => {
    const share = await shareOf(id);
    return share?.nextAttemptAt && share.nextAttemptAt > new Date() ? share : undefined;
  });
  expect(waiting.status).toBe("queued");

  const attemptsAgo = (result: string, startedAt: Date) =>
    database
      .update(shareAttempts)
      .set({ startedAt })
      .where(and(eq(shareAttempts.shareId, waiting.id), eq(shareAttempts.result, result)));
  await attemptsAgo("posted", inMinutes(-3 * 24 * 60));
  await attemptsAgo("queued", inMinutes(-24 * 60));
  await database
    .update(socialShares)
    .set({ nextAttemptAt: inMinutes(-1) })
    .where(isIt);
  await wakeDue(service.runtime);
  const [failed] = await untilSettled(service.runtime, person, id);
  expect(failed).toMatchObject({
    status: "failed",
    problem: telling("X is not accepting more posts"),
  });
});

test("a refusal holds back the account's other shares, and nobody else's", async () => {
  await orderFault(service.emulator.twitter, TWEET, { kind: "rate-limit", headers: true });
  const before = await countCalls(service.emulator.twitter, TWEET);
  const [first = ""] = await shareTwo(ana, 1);
  await untilDecided([first]);
  const [second = ""] = await shareTwo(ana, 1);
  const [held] = await untilDecided([second]);
  expect(held?.status).toBe("queued");
  expect(await countCalls(service.emulator.twitter, TWEET)).toBe(before + 1);
  const [his = ""] = await shareTwo(ben, 1);
  expect((await untilSettled(service.runtime, person, his))[0]?.status).toBe("posted");
});

test("an app that has used up its plan holds back everybody's shares", async () => {
  await orderFault(service.emulator.twitter, TWEET, {
    kind: "status",
    status: 429,
    body: {
      title: "UsageCapExceeded",
      detail: "Usage cap exceeded: Monthly product cap",
      type: "https://api.twitter.com/2/problems/usage-capped",
      period: "Daily",
      scope: "Product",
    },
  });
  const [first = ""] = await shareTwo(ana, 1);
  await untilDecided([first]);
  const before = await countCalls(service.emulator.twitter, TWEET);
  const [his = ""] = await shareTwo(ben, 1);
  const [held] = await untilDecided([his]);
  expect(held?.status).toBe("queued");
  expect(await countCalls(service.emulator.twitter, TWEET)).toBe(before);
});

test("the lower count of one window holds, the next window starts anew, and what is over is removed", async () => {
  const poster = posterOf(ana);
  const note = (remaining: number, resetsAt: Date, span: RateBudget["span"] = "short") =>
    noteBudgets(service.runtime, poster, [{ of: "account", span, remaining, resetsAt }]);
  const left = async () => {
    const rows = await service.runtime.database.select().from(rateBudgets);
    return rows.map(({ remaining }) => remaining);
  };
  const end = inMinutes(10);
  await note(4, end);
  await note(9, end);
  expect(await left()).toEqual([4]);
  await note(30, inMinutes(25));
  expect(await left()).toEqual([30]);
  await note(51, inMinutes(40));
  expect(await left()).toEqual([30]);
  await note(50, inMinutes(40));
  expect(await left()).toEqual([50]);
  await note(0, new Date("2099-01-01"), "day");
  const taken = await takeBudget(service.runtime, poster);
  expect("spentUntil" in taken && taken.spentUntil.getTime()).toBeLessThan(inMinutes(33 * 24 * 60).getTime());
  const later = { ...service.runtime, now: () => inMinutes(50) };
  expect(await removeExpiredBudgets(later)).toBe(1);
});
