/** A dispatcher by itself: how many shares it works on for one account or server, and what it leaves behind when it stops. */
import { inArray, sql } from "drizzle-orm";
import { pino } from "pino";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { type Emulator, startEmulator } from "../../../emulator/server.ts";
import { readConfig } from "../../../src/config/config.ts";
import type { Connection } from "../../../src/connections/connection.ts";
import { socialShares } from "../../../src/database/schema.ts";
import { openRuntime } from "../../../src/service/runtime.ts";
import { type Dispatcher, startDispatcher } from "../../../src/sharing/claims/dispatch.ts";
import { queueOf } from "../../../src/sharing/claims/queue.ts";
import { freshDatabaseUrl } from "../../harness/database/database.ts";
import { control, serviceVariables } from "../../harness/networks/networks.ts";
import { addPerson, connectAccount } from "../../harness/people/accounts.ts";
import { draftFor, orderFault, submit, untilSettled } from "../../harness/people/shares.ts";
import { waitFor } from "../../harness/wait.ts";

/** How many shares of one account or server a dispatcher works on at a time. */
const EACH = 6;
const PUBLISH = "POST /api/v1/statuses";

let emulator: Emulator;
let runtime: Awaited<ReturnType<typeof openRuntime>>;
let ana: { id: string };
let started: Dispatcher[];

beforeAll(async () => {
  emulator = await startEmulator();
  const changes = { DATABASE_URL: await freshDatabaseUrl() };
  const variables = serviceVariables({ port: 4100, emulator, changes });
  runtime = await openRuntime(readConfig(variables, {}), { log: pino({ level: "silent" }) });
});
afterAll(async () => {
  await runtime.close();
  await emulator.stop();
});
beforeEach(async () => {
  await control(emulator.mastodon, "POST", "reset", {});
  ana = await addPerson(runtime);
  started = [];
});
afterEach(async () => {
  for (const dispatcher of started) await dispatcher.stop();
});

function start(): Dispatcher {
  const dispatcher = startDispatcher(runtime, "mastodon");
  started.push(dispatcher);
  return dispatcher;
}

const connect = (account: string, server: string) =>
  connectAccount(runtime, ana, {
    ...{ platform: "mastodon", account },
    server: `${server}.localhost:${emulator.mastodon.port}`,
  });

/** The next posts take so long. */
const delay = (ms: number, times: number) =>
  orderFault(emulator.mastodon, PUBLISH, { kind: "delay", ms }, times);

async function shareTimes(times: number, accounts: readonly Connection[]): Promise<string[]> {
  const requests: string[] = [];
  for (let share = 0; share < times; share += 1)
    requests.push(await submit(runtime, ana, draftFor(accounts)));
  return requests;
}

async function countAs(
  connections: readonly Connection[],
  status: "sending" | "queued" | "posted",
): Promise<number> {
  const ids = connections.map(({ id }) => id);
  const rows = await runtime.database
    .select({ status: socialShares.status })
    .from(socialShares)
    .where(inArray(socialShares.connectionId, ids));
  return rows.filter((row) => row.status === status).length;
}

const untilCounted = (count: number, ...[connections, status]: Parameters<typeof countAs>) =>
  waitFor(`${count} shares to be ${status}`, async () =>
    (await countAs(connections, status)) >= count ? true : undefined,
  );

test("all accounts of a slow server together take no more than one server's slots", async () => {
  const slow = [await connect("ana", "slow"), await connect("ben", "slow")];
  const quick = await connect("ana", "quick");
  await delay(3_000, EACH);
  const waiting = await shareTimes(5, slow);
  const dispatcher = start();
  await untilCounted(EACH, slow, "sending");
  const [request = ""] = await shareTimes(1, [quick]);
  dispatcher.wake();
  await untilSettled(runtime, ana, request);
  // Had more of them begun, they would be posted by now: only the first have to wait for their answer.
  expect([await countAs(slow, "sending"), await countAs(slow, "posted")]).toEqual([EACH, 0]);
  for (const one of waiting) await untilSettled(runtime, ana, one);
});

test("a dispatcher that stops finishes what it works on, and hands back what it has not begun", async () => {
  const account = await connect("ana", "busy");
  await delay(1_500, EACH);
  await shareTimes(2 * EACH, [account]);
  const first = start();
  await untilCounted(EACH, [account], "sending");
  await first.stop();
  expect(await countAs([account], "sending")).toBe(0);
  expect(await countAs([account], "posted")).toBe(EACH);
  expect(await countAs([account], "queued")).toBe(EACH);
  const second = start();
  await waitFor("another one to take what was handed back", async () => {
    second.wake();
    return (await countAs([account], "posted")) === 2 * EACH ? true : undefined;
  });
  await second.stop();
  const jobs = await runtime.database.execute<{ state: string }>(
    sql`select distinct state from pgboss.job where name = ${queueOf("mastodon")}`,
  );
  expect(jobs.rows).toEqual([{ state: "completed" }]);
});
