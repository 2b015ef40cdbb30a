/**
 * What people do at the same moment, in two processes: each pair of actions is held at the person's row until both have
 * begun, in either order. Each then reports what really happened, and nothing that was cancelled, blocked or left still
 * waits.
 */
import { randomUUID } from "node:crypto";
import { and, asc, eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Emulator, startEmulator } from "../../../emulator/server.ts";
import { readConfig } from "../../../src/config/config.ts";
import { keepGroup } from "../../../src/connections/change-groups.ts";
import type { Connection } from "../../../src/connections/connection.ts";
import { toConnection } from "../../../src/connections/connection.ts";
import { disconnect } from "../../../src/connections/disconnect.ts";
import type { Queryable } from "../../../src/database/open.ts";
import { auditEvents, socialConnections, socialShares, users } from "../../../src/database/schema.ts";
import { block, deletePerson, unblock } from "../../../src/people/standing.ts";
import { type OpenRuntime, openRuntime } from "../../../src/service/runtime.ts";
import { cancelRequest, cancelShare, shareNow } from "../../../src/sharing/acts/cancel.ts";
import { confirmPosted, shareAnew } from "../../../src/sharing/acts/resolve.ts";
import { retryShare } from "../../../src/sharing/acts/retry.ts";
import { claim, LeaseLost } from "../../../src/sharing/claims/lease.ts";
import { prepareQueues } from "../../../src/sharing/claims/queue.ts";
import { releaseShares } from "../../../src/sharing/delivery/release.ts";
import { getShareRequest } from "../../../src/sharing/record/history.ts";
import { changeScheduled, versionOf } from "../../../src/sharing/requests/change.ts";
import { submitShares } from "../../../src/sharing/requests/submit.ts";
import { freshDatabaseUrl } from "../../harness/database/database.ts";
import { serviceVariables } from "../../harness/networks/networks.ts";
import { addPerson } from "../../harness/people/accounts.ts";
import { draftFor, submit } from "../../harness/people/shares.ts";
import { waitFor } from "../../harness/wait.ts";

let emulator: Emulator;
let runtime: OpenRuntime;
/** Another process. */
let other: OpenRuntime;
let operator: { id: string };

// No worker: waiting shares stay as the actions left them.
beforeAll(async () => {
  emulator = await startEmulator();
  const changes = { DATABASE_URL: await freshDatabaseUrl(), LOG_LEVEL: "fatal" };
  const config = readConfig(serviceVariables({ port: 1, emulator, changes }));
  runtime = await openRuntime(config);
  other = await openRuntime(config);
  await prepareQueues(runtime.queue);
  operator = await addPerson(runtime, "Olga");
  await runtime.database.update(users).set({ role: "operator" });
});
afterAll(async () => {
  await other.close();
  await runtime.close();
  await emulator.stop();
});

/** One person with something of everything. */
interface World {
  readonly person: { readonly id: string };
  readonly accounts: readonly [Connection, Connection];
  /** Scheduled, to both accounts. */
  readonly request: string;
  readonly seen: string;
  readonly scheduled: string;
  readonly failed: string;
  readonly unconfirmed: string;
  /** It waits for its account, which is reconnected. */
  readonly waiting: string;
}

const NEW_WORDS = "Other words";
const NEW_PAGE = "https://blog.example.com/another";
const anywhere = { headers: new Headers(), ipAddress: undefined };
const inAnHour = () => new Date(Date.now() + 3_600_000);

async function connect(person: { id: string }): Promise<Connection> {
  const [row] = await runtime.database
    .insert(socialConnections)
    .values({
      ...{ userId: person.id, platform: "twitter", platformUserId: randomUUID(), platformUsername: "ana" },
      ...{ displayName: "Ana", accessTokenEnc: runtime.vault.encrypt("none"), scopes: "", extraData: {} },
    })
    .returning();
  if (row === undefined) throw new Error("No connection was made.");
  return toConnection(row);
}

async function createWorld(): Promise<World> {
  const person = await addPerson(runtime);
  const accounts = [await connect(person), await connect(person)] as const;
  const request = await submit(runtime, person, draftFor(accounts, { at: inAnHour() }));
  const stored = await getShareRequest(runtime, person, request);
  if (stored === undefined) throw new Error("There is no request.");
  const shareAs = async (changes: Partial<typeof socialShares.$inferInsert>) => {
    const id = await submit(runtime, person, draftFor([accounts[0]]));
    const [row] = await runtime.database
      .update(socialShares)
      .set(changes)
      .where(eq(socialShares.shareRequestId, id))
      .returning({ id: socialShares.id });
    return row?.id ?? "";
  };
  return {
    ...{
      person,
      accounts,
      request,
      seen: await versionOf(runtime, request),
      scheduled: stored.shares[0]?.id ?? "",
    },
    failed: await shareAs({ status: "failed" }),
    unconfirmed: await shareAs({ status: "unconfirmed", firstSentAt: new Date(), sends: 1 }),
    waiting: await shareAs({ status: "reconnect" }),
  };
}

/** An action, and what must be true afterwards, depending on its answer. */
interface Act {
  readonly run: (world: World, by: OpenRuntime) => Promise<unknown>;
  readonly check: (told: unknown, look: Look) => void;
}

/** The result of the action. */
interface Look {
  readonly world: World;
  readonly others: readonly string[];
  readonly isThere: boolean;
  statusOf(share: string): string | undefined;
  readonly shares: readonly (typeof socialShares.$inferSelect)[];
}

const waits = ["scheduled", "queued", "sending", "reconnect"];
/** What one action began, only these others may end. */
const ending = ["cancel one", "cancel all", "disconnect", "block", "leave"];
const isEnded = ({ others }: Look) => others.some((other) => ending.includes(other));

const acts: Readonly<Record<string, Act>> = {
  "cancel one": {
    run: ({ person, scheduled }, by) => cancelShare(by, person, scheduled),
    check(told, { world, statusOf }) {
      if (isTold(told, "cancelled")) expect(statusOf(world.scheduled) ?? "cancelled").toBe("cancelled");
    },
  },
  "cancel all": {
    run: ({ person, request }, by) => cancelRequest(by, person, request),
    check(told, { world, shares }) {
      if (!isTold(told, "cancelled")) return;
      const open = shares.filter(
        ({ shareRequestId, status }) => shareRequestId === world.request && waits.includes(status),
      );
      expect(open).toEqual([]);
    },
  },
  change: {
    run: ({ person, request, seen, accounts }, by) =>
      changeScheduled(by, person, request, {
        ...{ message: NEW_WORDS, connectionIds: accounts.map(({ id }) => id), at: inAnHour(), seen },
      }),
    check(told, { world, others, shares }) {
      const ofIt = shares.filter(
        ({ shareRequestId, status }) => shareRequestId === world.request && waits.includes(status),
      );
      const isChanged = isTold(told, "changed");
      if (!isChanged && others.includes("change")) return;
      expect(ofIt.every(({ text }) => text.includes(NEW_WORDS) === isChanged)).toBe(true);
    },
  },
  "share now": {
    run: ({ person, scheduled }, by) => shareNow(by, person, scheduled),
    check(told, look) {
      if (!isBarred(told) && told !== undefined)
        expect(isEnded(look) ? ["queued", "cancelled", undefined] : ["queued"]).toContain(
          look.statusOf(look.world.scheduled),
        );
    },
  },
  retry: {
    run: ({ person, failed }, by) => retryShare(by, person, failed),
    check(told, look) {
      const status = look.statusOf(look.world.failed);
      if (isTold(told, "retrying"))
        expect(isEnded(look) ? ["queued", "cancelled", undefined] : ["queued"]).toContain(status);
      else if (!look.others.includes("retry")) expect(["failed", undefined]).toContain(status);
    },
  },
  anew: {
    run: ({ person, unconfirmed }, by) => shareAnew(by, person, unconfirmed),
    check(told, look) {
      const status = look.statusOf(look.world.unconfirmed);
      if (isTold(told, "resolved"))
        expect(isEnded(look) ? ["queued", "cancelled", undefined] : ["queued"]).toContain(status);
    },
  },
  confirm: {
    run: ({ person, unconfirmed }, by) =>
      confirmPosted(by, person, { shareId: unconfirmed, link: "https://x.com/ana/status/12345" }),
    check(told, look) {
      const status = look.statusOf(look.world.unconfirmed);
      if (isTold(told, "resolved")) expect(["posted", undefined]).toContain(status);
      else if (!look.others.includes("confirm")) expect(status).not.toBe("posted");
    },
  },
  submit: {
    run: ({ person, accounts }, by) =>
      submitShares(
        by,
        person,
        draftFor([accounts[0]], { page: { url: NEW_PAGE, title: "T", description: "", image: undefined } }),
      ),
    check(told, look) {
      const made = look.shares.filter(({ sharedUrl }) => sharedUrl === NEW_PAGE);
      const most = look.others.includes("submit") ? 2 : 1;
      if (isTold(told, "submitted")) expect(made.length).toBeGreaterThan(look.isThere ? 0 : -1);
      else if (!look.others.includes("submit")) expect(made).toEqual([]);
      expect(made.length).toBeLessThanOrEqual(most);
      if (!isEnded(look)) expect(made.every(({ status }) => status === "queued")).toBe(true);
    },
  },
  release: {
    run: ({ accounts }, by) => releaseShares(by, [accounts[0].id]),
    check() {},
  },
  group: {
    run: ({ person, accounts }, by) =>
      keepGroup(by, person, { name: "Both", connectionIds: accounts.map(({ id }) => id) }),
    check() {},
  },
  disconnect: {
    run: ({ person, accounts }, by) => disconnect(by, person, accounts[0].id),
    check(told, { world, shares }) {
      if (told !== "disconnected") return;
      const open = shares.filter(
        ({ connectionId, status }) => connectionId === world.accounts[0].id && waits.includes(status),
      );
      // Shares that waited for reconnecting are a separate matter.
      expect(open.filter(({ status }) => status !== "reconnect")).toEqual([]);
    },
  },
  block: {
    run: ({ person }, by) => block(by, operator, anywhere, person.id),
    check(told, { shares }) {
      if (told === "done") expect(shares.filter(({ status }) => waits.includes(status))).toEqual([]);
    },
  },
  unblock: {
    run: ({ person }, by) => unblock(by, operator, anywhere, person.id),
    check(told, { isThere }) {
      if (told === "done") return;
      expect([told, isThere]).toEqual(["not-found", false]);
    },
  },
  leave: {
    run: ({ person }, by) => deletePerson(by, person, anywhere),
    check(told, { isThere, shares }) {
      expect([told, isThere, shares]).toEqual([expect.anything(), false, []]);
    },
  },
};

const isTold = (told: unknown, outcome: string) =>
  typeof told === "object" && told !== null && "outcome" in told && told.outcome === outcome;
const isBarred = (told: unknown) => told instanceof Error && told.name === "Barred";

/** The sessions that wait for a lock in this database. */
async function countWaiting(): Promise<number> {
  const { rows } = await runtime.database.execute(
    sql`select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
  );
  return rows.length;
}

/**
 * Begins both, in this order, while the person's row is held. An action that waits for nothing finishes before that.
 */
async function playAtOnce(world: World, pair: readonly [Act, Act]): Promise<readonly unknown[]> {
  let answers: Promise<unknown>[] = [];
  await runtime.database.transaction(async (transaction: Queryable) => {
    await transaction.select().from(users).where(eq(users.id, world.person.id)).for("update");
    let over = 0;
    for (const [index, { run }] of pair.entries()) {
      const answer = run(world, index === 0 ? runtime : other)
        .catch((error: unknown) => error)
        .finally(() => (over += 1));
      answers = [...answers, answer];
      await waitFor("it to wait, or to be over", async () =>
        (await countWaiting()) + over >= answers.length ? true : undefined,
      );
    }
  });
  return await Promise.all(answers);
}

async function lookAt(world: World, others: readonly string[]): Promise<Look> {
  const { database } = runtime;
  const shares = await database.select().from(socialShares).where(eq(socialShares.userId, world.person.id));
  const isThere = (await database.$count(users, eq(users.id, world.person.id))) === 1;
  const byId = new Map(shares.map(({ id, status }) => [id, status]));
  return { world, others, shares, isThere, statusOf: (share) => byId.get(share) };
}

const names = Object.keys(acts);

test.each(
  names,
)("changeAndCancel: %s, and at once each other act: what was told is what became of it", async (first) => {
  for (const second of names) {
    const world = await createWorld();
    const [one, two] = [acts[first], acts[second]];
    if (one === undefined || two === undefined) throw new Error("There is no such act.");
    const told = await playAtOnce(world, [one, two]);
    const unexpected = told.filter((answer) => answer instanceof Error && !isBarred(answer));
    expect(unexpected, `${first}, then ${second}`).toEqual([]);
    try {
      one.check(told[0], await lookAt(world, [second]));
      two.check(told[1], await lookAt(world, [first]));
    } catch (error) {
      throw new Error(`${first}, then ${second}: ${JSON.stringify(told)}`, { cause: error });
    }
    const events = await runtime.database
      .select({ subject: auditEvents.subject })
      .from(auditEvents)
      .where(and(eq(auditEvents.action, "share.cancelled"), eq(auditEvents.userId, world.person.id)));
    expect(new Set(events.map(({ subject }) => subject)).size, `${first}, then ${second}`).toBe(
      events.length,
    );
  }
});

test("of two who say what became of one share one is believed", async () => {
  const world = await createWorld();
  const { anew, confirm } = acts;
  if (anew === undefined || confirm === undefined) throw new Error("There is no such act.");
  const told = await playAtOnce(world, [confirm, anew]);
  expect(told).toEqual([
    expect.objectContaining({ outcome: "resolved" }),
    expect.objectContaining({ outcome: "refused" }),
  ]);
});

test.each([
  "queued",
  "sending",
] as const)("what a worker has in hand as %s lets nothing out once its person is blocked", async (status) => {
  const world = await createWorld();
  const { database } = runtime;
  const firstSentAt = status === "sending" ? new Date() : null;
  const isIt = eq(socialShares.id, world.failed);
  await database.update(socialShares).set({ status, firstSentAt }).where(isIt);
  const lease = await claim(runtime, world.failed);
  await block(runtime, operator, anywhere, world.person.id);
  await expect(lease?.passFence()).rejects.toThrow(LeaseLost);
  lease?.end();
  const [row] = await database.select().from(socialShares).where(isIt);
  expect(row).toMatchObject({
    ...{ status: status === "queued" ? "cancelled" : "unconfirmed", leaseId: null, nextAttemptAt: null },
  });
});

test("a block ends all of thousands that wait, and each is on record", async () => {
  const { person, request } = await createWorld();
  const { database } = runtime;
  await database.execute(sql`
    insert into social_shares (share_request_id, user_id, connection_id, shared_url, shared_title, text, status, next_attempt_at)
    select share_request_id, user_id, connection_id, shared_url, shared_title, text, 'scheduled', next_attempt_at
    from social_shares, generate_series(1, 1200) where share_request_id = ${request}`);
  expect(await block(runtime, operator, anywhere, person.id)).toBe("done");
  const isTheirs = and(eq(socialShares.userId, person.id), eq(socialShares.status, "cancelled"));
  const cancelled = await database.select({ id: socialShares.id }).from(socialShares).where(isTheirs);
  const events = await database
    .select({ id: auditEvents.subject })
    .from(auditEvents)
    .where(and(eq(auditEvents.userId, person.id), eq(auditEvents.action, "share.cancelled")));
  // Those of the request, and the one that waited for its account.
  expect(cancelled.length).toBe(2 + 2 * 1200 + 1);
  expect(new Set(events.map(({ id }) => id))).toEqual(new Set(cancelled.map(({ id }) => id)));
});

test.each([
  "cancel all",
  "change",
  "block",
  "leave",
])("%s that waits in a circle with somebody else, and is broken off for it, is done all the same", async (name) => {
  const world = await createWorld();
  const { database } = runtime;
  const rows = await database
    .select({ id: socialShares.id })
    .from(socialShares)
    .where(eq(socialShares.shareRequestId, world.request))
    .orderBy(asc(socialShares.id));
  const [first, last] = [rows[0]?.id ?? "", rows[1]?.id ?? ""];
  const hold = (transaction: Queryable, id: string) =>
    transaction.select().from(socialShares).where(eq(socialShares.id, id)).for("update");
  const act = acts[name];
  const before = await countDeadlocks();
  let answer: Promise<unknown> | undefined;
  await database.transaction(async (transaction) => {
    // So that this side is never the one that is aborted.
    await transaction.execute(sql`set local deadlock_timeout = '10min'`);
    await hold(transaction, last);
    answer = act?.run(world, runtime);
    await waitFor("it to wait", async () => ((await countWaiting()) === 1 ? true : undefined));
    await hold(transaction, first);
  });
  act?.check(await answer, await lookAt(world, []));
  await waitFor("the circle to be on record", async () => (await countDeadlocks()) > before || undefined);
});

async function countDeadlocks(): Promise<number> {
  const { rows } = await runtime.database.execute<{ deadlocks: string }>(
    sql`select deadlocks from pg_stat_database where datname = current_database()`,
  );
  return Number(rows[0]?.deadlocks);
}
