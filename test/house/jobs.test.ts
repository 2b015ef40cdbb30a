/** Background work runs at its moment, without being told, and with few statements while there is nothing to do. */
import { eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { socialShares, users } from "../../src/database/schema.ts";
import { addPerson, connectAccount } from "../harness/people/accounts.ts";
import { draftFor, submit, untilSettled } from "../harness/people/shares.ts";
import { startTestService, type TestService } from "../harness/services/service.ts";
import { waitFor } from "../harness/wait.ts";

let service: TestService;
let person: { id: string };

beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service.stop());
beforeEach(async () => {
  await service.runtime.database.delete(users);
  person = await addPerson(service.runtime);
});

test("a share starts at its moment, and never before it", async () => {
  const { runtime } = service;
  const connection = await connectAccount(runtime, person, { platform: "twitter" });
  const at = new Date(runtime.now().getTime() + 90_000);
  const requestId = await submit(runtime, person, draftFor([connection], { at }));
  const due = new Date(runtime.now().getTime() + 3_000);
  await runtime.database
    .update(socialShares)
    .set({ nextAttemptAt: due })
    .where(eq(socialShares.shareRequestId, requestId));
  const [share] = await untilSettled(runtime, person, requestId);
  expect(share?.status).toBe("posted");
  const { rows } = await runtime.database.execute<{ started: Date | string }>(
    sql`select min(started_at) as started from share_attempts where share_id = ${share?.id}`,
  );
  expect(new Date(rows[0]?.started ?? 0).getTime()).toBeGreaterThanOrEqual(due.getTime());
});

test("a job that nobody was told of is found", async () => {
  const { runtime } = service;
  const connection = await connectAccount(runtime, person, { platform: "twitter" });
  // Nothing listens here, as behind PgBouncer: writing notifies nobody.
  const { database } = runtime;
  const deaf = {
    ...runtime,
    config: { ...runtime.config, databaseBackend: "yugabytedb" as const },
    database,
  };
  const [share] = await untilSettled(runtime, person, await submit(deaf, person, draftFor([connection])));
  expect(share?.status).toBe("posted");
});

test("at rest a process asks next to nothing", async () => {
  const { runtime } = service;
  const read = async () => {
    const { rows } = await runtime.database.execute<{ number: string; at: string }>(
      sql`select xact_commit + xact_rollback as number, extract(epoch from clock_timestamp()) as at
        from pg_stat_database where datname = current_database()`,
    );
    return { number: Number(rows[0]?.number), at: Number(rows[0]?.at) };
  };
  let before = await read();
  // When each job polled separately, it was one every tenth of a second: never this few.
  const perSecond = await waitFor(
    "some seconds at rest",
    async () => {
      const now = await read();
      const rate = (now.number - before.number) / (now.at - before.at);
      before = now;
      return rate < 3 ? rate : undefined;
    },
    60_000,
    3_000,
  );
  expect(perSecond).toBeLessThan(3);
});
