import { eq, inArray } from "drizzle-orm";
import { pino } from "pino";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readConfig } from "../../../src/config/config.ts";
import { socialShares } from "../../../src/database/schema.ts";
import { openRuntime } from "../../../src/service/runtime.ts";
import { queueOf } from "../../../src/sharing/claims/queue.ts";
import { getShareRequest } from "../../../src/sharing/record/history.ts";
import { isSettled } from "../../../src/sharing/share.ts";
import { freshDatabaseUrl } from "../../harness/database/database.ts";
import { control, serviceVariables } from "../../harness/networks/networks.ts";
import { addPerson, connectAccount } from "../../harness/people/accounts.ts";
import { draftFor, orderFault, submit, untilSettled } from "../../harness/people/shares.ts";
import { startTestService, type TestService } from "../../harness/services/service.ts";
import { waitFor } from "../../harness/wait.ts";

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service.stop());

const onMastodon = (person: { id: string }, server: string, account = "ana") =>
  connectAccount(service.runtime, person, {
    platform: "mastodon",
    server: `${server}.localhost:${service.emulator.mastodon.port}`,
    account,
  });

async function areAllSettled(person: { id: string }, requests: readonly string[]): Promise<boolean> {
  const found = await Promise.all(requests.map((id) => getShareRequest(service.runtime, person, id)));
  return found.every((request) => request?.shares.every(({ status }) => isSettled(status)));
}

async function countSending(connectionId: string): Promise<number> {
  const rows = await service.runtime.database
    .select({ status: socialShares.status })
    .from(socialShares)
    .where(eq(socialShares.connectionId, connectionId));
  return rows.filter(({ status }) => status === "sending").length;
}

test("a slow network holds up no other one", async () => {
  const person = await addPerson(service.runtime);
  const slow = await connectAccount(service.runtime, person, { platform: "twitter" });
  const quick = await onMastodon(person, "mastodon");
  await control(service.emulator.twitter, "POST", "latency", { ms: 1_000 });
  const waiting: string[] = [];
  for (let share = 0; share < 20; share += 1)
    waiting.push(await submit(service.runtime, person, draftFor([slow])));
  await untilSettled(service.runtime, person, await submit(service.runtime, person, draftFor([quick])));
  expect(await areAllSettled(person, waiting)).toBe(false);
  await control(service.emulator.twitter, "POST", "latency", { ms: 0 });
  for (const request of waiting) await untilSettled(service.runtime, person, request);
});

test("a slow server of a network of many servers holds up no other one", async () => {
  const person = await addPerson(service.runtime);
  const slow = await onMastodon(person, "slow");
  const quick = await onMastodon(person, "quick");
  await orderFault(service.emulator.mastodon, "POST /api/v1/statuses", { kind: "delay", ms: 10_000 }, 6);
  const waiting: string[] = [];
  for (let share = 0; share < 20; share += 1)
    waiting.push(await submit(service.runtime, person, draftFor([slow])));
  await waitFor("half of the slots to be taken", async () =>
    (await countSending(slow.id)) === 6 ? true : undefined,
  );
  await untilSettled(service.runtime, person, await submit(service.runtime, person, draftFor([quick])));
  expect(await areAllSettled(person, waiting)).toBe(false);
  for (const request of waiting) await untilSettled(service.runtime, person, request);
});

test("whoever shares once does not wait for all that somebody else shares at once", async () => {
  // A process that accepts shares but delivers none.
  const { emulator, config } = service;
  const changes = { DATABASE_URL: await freshDatabaseUrl() };
  const variables = serviceVariables({ port: config.port, emulator, changes });
  const runtime = await openRuntime(readConfig(variables, {}), { log: pino({ level: "silent" }) });
  const [ana, ben] = [await addPerson(runtime), await addPerson(runtime, "Ben")];
  const server = `crowded.localhost:${emulator.mastodon.port}`;
  const hers = await connectAccount(runtime, ana, { platform: "mastodon", server });
  const his = await connectAccount(runtime, ben, { platform: "mastodon", server, account: "ben" });
  for (let share = 0; share < 20; share += 1) await submit(runtime, ana, draftFor([hers]));
  await submit(runtime, ben, draftFor([his]));

  const jobs = await runtime.queue.fetch<{ shareId: string }>(queueOf("mastodon"), { batchSize: 2 });
  const ids = jobs.map(({ data }) => data.shareId);
  const first = await runtime.database.select().from(socialShares).where(inArray(socialShares.id, ids));
  expect(new Set(first.map(({ userId }) => userId))).toEqual(new Set([ana.id, ben.id]));
  await runtime.close();
});
