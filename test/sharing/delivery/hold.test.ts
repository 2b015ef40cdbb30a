/**
 * A machine that sleeps right before a post leaves: its monotonic clock stands still, and only its wall clock
 * continues.
 */
import { eq } from "drizzle-orm";
import { pino } from "pino";
import { expect, onTestFinished, test, vi } from "vitest";
import { startEmulator } from "../../../emulator/server.ts";
import { readConfig } from "../../../src/config/config.ts";
import { socialShares } from "../../../src/database/schema.ts";
import type { SendingInit } from "../../../src/net/guarded-fetch.ts";
import { openRuntime } from "../../../src/service/runtime.ts";
import { prepareQueues } from "../../../src/sharing/claims/queue.ts";
import { deliver } from "../../../src/sharing/delivery/deliver.ts";
import { freshDatabaseUrl } from "../../harness/database/database.ts";
import { emulatedFetch } from "../../harness/networks/emulated-fetch.ts";
import { serviceVariables } from "../../harness/networks/networks.ts";
import { addPerson, connectAccount } from "../../harness/people/accounts.ts";
import { draftFor, submit } from "../../harness/people/shares.ts";

const HOUR_MS = 3_600_000;

test("a machine that slept behind its fence sends nothing when it wakes up", async () => {
  const emulator = await startEmulator();
  const changes = { DATABASE_URL: await freshDatabaseUrl() };
  const config = readConfig(serviceVariables({ port: 1, emulator, changes }), {});
  let sleeps = false;
  const runtime = await openRuntime(config, {
    log: pino({ level: "silent" }),
    fetch: async (input, init) => {
      const { method, url } = new Request(input, init);
      if (sleeps && method === "POST" && new URL(url).pathname === "/api/v1/statuses") {
        const before = Date.now;
        vi.spyOn(Date, "now").mockImplementation(() => before() + HOUR_MS);
        (init as SendingInit).beforeSending?.();
      }
      return await emulatedFetch(input, { ...init, beforeSending: () => {} } as SendingInit);
    },
  });
  onTestFinished(async () => {
    vi.restoreAllMocks();
    await runtime.close();
    await emulator.stop();
  });
  await prepareQueues(runtime.queue);
  const person = await addPerson(runtime);
  const server = `mastodon.localhost:${emulator.mastodon.port}`;
  const connection = await connectAccount(runtime, person, { platform: "mastodon", server });
  const requestId = await submit(runtime, person, draftFor([connection]));
  const { database } = runtime;
  const isIts = eq(socialShares.shareRequestId, requestId);
  const [share] = await database.select().from(socialShares).where(isIts);

  sleeps = true;
  await deliver(runtime, share?.id ?? "");
  expect(emulator.mastodon.world.memory.posts).toEqual([]);
  const [after] = await database.select().from(socialShares).where(isIts);
  expect(after).toMatchObject({ status: "queued", errorCode: "stood-still", firstSentAt: null });
});
