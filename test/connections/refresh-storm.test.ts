import { eq, inArray } from "drizzle-orm";
import { pino } from "pino";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { Connection } from "../../src/connections/connection.ts";
import { socialConnections, socialShares } from "../../src/database/schema.ts";
import { type Service, startService } from "../../src/service/service.ts";
import { releaseShares } from "../../src/sharing/delivery/release.ts";
import { getShareRequest } from "../../src/sharing/record/history.ts";
import { control } from "../harness/networks/networks.ts";
import { addPerson, connectAccount } from "../harness/people/accounts.ts";
import { countCalls, draftFor, orderFault, submit, untilSettled } from "../harness/people/shares.ts";
import { startTestService, type TestService } from "../harness/services/service.ts";

const TOKEN = "POST /2/oauth2/token";

let service: TestService;
let other: Service;
let person: { id: string };

beforeAll(async () => {
  service = await startTestService();
  // A second worker on the same database.
  other = await startService({ ...service.config, port: 0 }, { log: pino({ level: "silent" }) }, "worker");
});
afterAll(async () => {
  await other.stop();
  await service.stop();
});
beforeEach(async () => {
  await service.runtime.database.update(socialConnections).set({ revokedAt: new Date() });
  await control(service.emulator.twitter, "DELETE", "faults");
  person = await addPerson(service.runtime);
});

async function expire(...connections: readonly Connection[]): Promise<void> {
  await service.runtime.database
    .update(socialConnections)
    .set({ tokenExpiresAt: new Date() })
    .where(
      inArray(
        socialConnections.id,
        connections.map(({ id }) => id),
      ),
    );
}

const shareTimes = (connection: Connection, times: number) =>
  Promise.all(Array.from({ length: times }, () => submit(service.runtime, person, draftFor([connection]))));

const statusOf = async ({ id }: Connection) => {
  const [row] = await service.runtime.database
    .select({ status: socialConnections.status })
    .from(socialConnections)
    .where(eq(socialConnections.id, id));
  return row?.status;
};

test("fifty shares at once over one connection whose token has ended ask for one new token", async () => {
  const connection = await connectAccount(service.runtime, person, { platform: "twitter" });
  await expire(connection);
  const before = await countCalls(service.emulator.twitter, TOKEN);
  const ids = await shareTimes(connection, 50);
  for (const id of ids) {
    const [share] = await untilSettled(service.runtime, person, id);
    expect(share?.status).toBe("posted");
  }
  expect(await countCalls(service.emulator.twitter, TOKEN)).toBe(before + 1);
});

test("a new token that never arrives costs that connection alone, and its shares go out once it is connected again", async () => {
  const [hers, his] = [
    await connectAccount(service.runtime, person, { platform: "twitter" }),
    await connectAccount(service.runtime, person, { platform: "twitter", account: "ben" }),
  ];
  await expire(hers);
  const at = new Date(Date.now() + 3_600_000);
  const ids = await Promise.all(
    Array.from({ length: 12 }, () => submit(service.runtime, person, draftFor([hers], { at }))),
  );
  // X has already replaced the token when the answer is lost, as when the worker is killed before storing it.
  await orderFault(service.emulator.twitter, TOKEN, { kind: "drop", when: "after" });
  await service.runtime.database.update(socialShares).set({ nextAttemptAt: new Date() });
  const unharmed = await submit(service.runtime, person, draftFor([his]));
  expect((await untilSettled(service.runtime, person, unharmed))[0]?.status).toBe("posted");
  for (const id of ids)
    expect((await untilSettled(service.runtime, person, id))[0]?.status).toBe("reconnect");
  expect([await statusOf(hers), await statusOf(his)]).toEqual(["reconnect", "active"]);
  await connectAccount(service.runtime, person, { platform: "twitter" });
  await releaseShares(service.runtime, [hers.id]);
  for (const id of ids) expect((await untilSettled(service.runtime, person, id))[0]?.status).toBe("posted");
});

test("many accounts whose tokens are renewed slowly at one network hold up no other network", async () => {
  const mastodon = await connectAccount(service.runtime, person, {
    platform: "mastodon",
    server: `mastodon.localhost:${service.emulator.mastodon.port}`,
  });
  const crowd: Connection[] = [];
  for (let number = 0; number < 12; number += 1) {
    const username = `crowd${number}`;
    await control(service.emulator.twitter, "POST", "accounts", { username, displayName: username });
    crowd.push(await connectAccount(service.runtime, person, { platform: "twitter", account: username }));
  }
  await expire(...crowd);
  await orderFault(service.emulator.twitter, TOKEN, { kind: "delay", ms: 2_000 }, 12);
  const slow = await Promise.all(
    crowd.map((connection) => submit(service.runtime, person, draftFor([connection]))),
  );
  const quick = await submit(service.runtime, person, draftFor([mastodon]));
  expect((await untilSettled(service.runtime, person, quick))[0]?.status).toBe("posted");
  const others = await Promise.all(slow.map((id) => getShareRequest(service.runtime, person, id)));
  // The refreshes take at least six seconds, two at a time in each of two processes.
  expect(others.flatMap((other) => other?.shares.map(({ status }) => status))).toContain("queued");
  for (const id of slow) await untilSettled(service.runtime, person, id);
});
