/** The database's clock jumps ahead while it is not known whether a share was posted: there is still one post. */
import { eq } from "drizzle-orm";
import { pino } from "pino";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { type Emulator, startEmulator } from "../../../emulator/server.ts";
import { registerApps } from "../../../src/cli/demo/demo-apps.ts";
import { readConfig } from "../../../src/config/config.ts";
import { socialShares } from "../../../src/database/schema.ts";
import { openRuntime } from "../../../src/service/runtime.ts";
import { prepareQueues } from "../../../src/sharing/claims/queue.ts";
import { deliver } from "../../../src/sharing/delivery/deliver.ts";
import { freshDatabaseUrl } from "../../harness/database/database.ts";
import { takeClock } from "../../harness/database/wrong-database-clock.ts";
import { freePort, serviceVariables } from "../../harness/networks/networks.ts";
import { addPerson, connectAccount } from "../../harness/people/accounts.ts";
import { countCalls, draftFor, orderFault, submit } from "../../harness/people/shares.ts";
import { waitFor } from "../../harness/wait.ts";

const HOUR = 3_600;
const PUBLISH = "POST /2/tweets";

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.stop());

/** A share of a person on one network, which continues only on command. */
async function openShare(settleSeconds: number) {
  const url = await freshDatabaseUrl();
  const setClock = await takeClock(url);
  const changes = { DATABASE_URL: url, SOCIAL_SETTLE_SECONDS: String(settleSeconds) };
  const config = readConfig(serviceVariables({ port: await freePort(), emulator, changes }), {});
  const runtime = await openRuntime(config, { log: pino({ level: "silent" }) });
  onTestFinished(() => runtime.close());
  await prepareQueues(runtime.queue);
  await registerApps(emulator, config.baseUrl.href);
  const person = await addPerson(runtime);
  const connection = await connectAccount(runtime, person, { platform: "twitter" });
  const request = await submit(runtime, person, draftFor([connection]));
  const read = async () => {
    const [row] = await runtime.database
      .select()
      .from(socialShares)
      .where(eq(socialShares.shareRequestId, request));
    if (row === undefined) throw new Error("There is no such share.");
    return row;
  };
  const { id } = await read();
  const callsBefore = await countCalls(emulator.twitter, PUBLISH);
  return {
    runtime,
    read,
    goOn: () => deliver(runtime, id),
    sends: async () => (await countCalls(emulator.twitter, PUBLISH)) - callsBefore,
    /** Sets the database's clock, and waits until the service follows it. */
    async jumpAhead() {
      const before = runtime.now().getTime();
      await setClock(HOUR);
      await waitFor("the service to notice", async () => {
        await runtime.catchUp();
        return runtime.now().getTime() - before >= HOUR * 1_000 || undefined;
      });
    },
  };
}

test("an hour that only the clock passed does not make an unclear share ripe for being sent again", async () => {
  const share = await openShare(600);
  await orderFault(emulator.twitter, PUBLISH, { kind: "drop", when: "before" });
  await share.goOn();
  expect(await share.read()).toMatchObject({ status: "sending", sends: 1 });

  await share.jumpAhead();
  await share.goOn();
  const { status, nextAttemptAt } = await share.read();
  expect([status, await share.sends()]).toEqual(["sending", 1]);
  const waitMs = (nextAttemptAt?.getTime() ?? 0) - share.runtime.now().getTime();
  expect(waitMs, "it waits for the network anew").toBeGreaterThan(0);
});

test("a post that its network dates an hour before our clock's time of sending is found, and not sent again", async () => {
  const share = await openShare(0);
  await share.jumpAhead();
  await orderFault(emulator.twitter, PUBLISH, { kind: "drop", when: "after" });
  await share.goOn();
  expect(await share.read()).toMatchObject({ status: "sending", sends: 1 });

  await waitFor("the share to be looked for", async () => {
    await share.goOn();
    return (await share.read()).status === "sending" ? undefined : true;
  });
  expect([(await share.read()).status, await share.sends()]).toEqual(["posted", 1]);
});
