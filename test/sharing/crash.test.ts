import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { eq } from "drizzle-orm";
import { pino } from "pino";
import { expect, onTestFinished, test } from "vitest";
import { networkNames } from "../../emulator/network.ts";
import { type Emulator, startEmulator } from "../../emulator/server.ts";
import { registerApps } from "../../src/cli/demo-apps.ts";
import { readConfig } from "../../src/config.ts";
import type { Connection } from "../../src/connections/connection.ts";
import { shareAttempts } from "../../src/database/schema.ts";
import { platformNames } from "../../src/platforms/platform.ts";
import { openRuntime, type Runtime } from "../../src/runtime.ts";
import { listShares } from "../../src/sharing/history.ts";
import { isSettled, type Share } from "../../src/sharing/share.ts";
import { submitShares } from "../../src/sharing/submit.ts";
import { type AccountChoice, addPerson, connectAccount } from "../harness/accounts.ts";
import { freshDatabaseUrl } from "../harness/database.ts";
import { control, freePort, serviceVariables } from "../harness/networks.ts";
import { hostPicture, pagePicture } from "../harness/pictures.ts";
import { startProcess, untilReady } from "../harness/process.ts";
import { waitFor } from "../harness/wait.ts";

const KILLS = 50;

test(`after ${KILLS} kills at random moments every share is posted once or told as unconfirmed`, {
  timeout: 400_000,
}, async ({ annotate }) => {
  const emulator = await startEmulator();
  const port = await freePort();
  const environment = serviceVariables({
    port,
    emulator,
    changes: {
      DATABASE_URL: await freshDatabaseUrl(),
      SOCIAL_LEASE_SECONDS: "2",
      SOCIAL_SETTLE_SECONDS: "1",
      SOCIAL_LOG_LEVEL: "error",
    },
  });
  const runtime = await openRuntime(readConfig(environment, {}), { log: pino({ level: "silent" }) });
  const address = environment.SOCIAL_BASE_URL ?? "";
  await registerApps(emulator, address);
  const person = await addPerson(runtime);
  const connections: Connection[] = [];
  for (const choice of accounts(emulator)) connections.push(await connectAccount(runtime, person, choice));
  const image = await hostPicture(await pagePicture());
  // More than a member may ask of LinkedIn in a day.
  await control(emulator.linkedin, "POST", "switches", { memberLimit: 100_000 });
  // Slow networks, so that most kills fall while a call is under way.
  for (const name of networkNames) await control(emulator[name], "POST", "latency", { ms: 60 });

  const ports = networkNames.map((name) => emulator[name].port).join(",");
  const start = () =>
    startProcess([], { ...environment, EMULATED_PORTS: ports }, "dist/test/harness/impatient-service.js");
  let service = start();
  onTestFinished(() => void service.child.kill("SIGKILL"));
  for (let round = 0; round < KILLS; round += 1) {
    await untilReady(service, address);
    const submitted = await submitShares(runtime, person, {
      page: {
        url: `https://blog.example.com/${round}`,
        title: `Post ${round}`,
        description: "",
        image,
      },
      message: `Round ${round}`,
      connectionIds: connections.map(({ id }) => id),
      repeat: [],
      idempotencyKey: randomUUID(),
    });
    expect(submitted.outcome).toBe("submitted");
    // The moment of the kill is the point of this test: anywhere in the life of six deliveries.
    await pause(Math.random() * 400);
    service.child.kill("SIGKILL");
    await service.ended;
    service = start();
  }
  await untilReady(service, address);
  const shares = await waitFor("all shares to be settled", () => allSettled(runtime, person), 240_000);
  service.child.kill("SIGTERM");
  expect(await service.ended).toBe(0);

  expect(shares).toHaveLength(KILLS * connections.length);
  const posts = await countPosts(emulator);
  for (const share of shares) {
    const found = posts.get(`${share.connection.platform} ${share.text}`) ?? 0;
    expect({ text: share.text, status: share.status, posted: found <= 1 }).toEqual({
      text: share.text,
      status: expect.stringMatching(/^(posted|unconfirmed)$/),
      posted: true,
    });
    if (share.status === "posted") expect(found, share.text).toBe(1);
  }
  const looks = await runtime.database.$count(shareAttempts, eq(shareAttempts.action, "reconcile"));
  expect(looks, "kills between the fence and its answer").toBeGreaterThan(0);
  await annotate(`${KILLS} kills, none twice, ${looks} looks at the networks: ${tally(shares)}`);
  await runtime.close();
  await emulator.stop();
});

function accounts({ mastodon }: Emulator): AccountChoice[] {
  return platformNames.map((platform) => ({
    platform,
    ...(platform === "mastodon" ? { server: `mastodon.localhost:${mastodon.port}` } : {}),
    ...(platform === "instagram" ? { way: "instagram" } : {}),
    ...(platform === "linkedin" ? { way: "profile" } : {}),
  }));
}

/** "twitter 54 posted, 1 unconfirmed; …" */
function tally(shares: readonly Share[]): string {
  return platformNames
    .map((platform) => {
      const statuses = shares.filter(({ connection }) => connection.platform === platform);
      const unconfirmed = statuses.filter(({ status }) => status === "unconfirmed").length;
      return `${platform} ${statuses.length - unconfirmed} posted, ${unconfirmed} unconfirmed`;
    })
    .join("; ");
}

async function allSettled(runtime: Runtime, person: { id: string }): Promise<Share[] | undefined> {
  const all: Share[] = [];
  let before: string | undefined;
  do {
    const page = await listShares(runtime, person, before === undefined ? {} : { before });
    all.push(...page.shares);
    before = page.next;
  } while (before !== undefined);
  return all.every(({ status }) => isSettled(status)) ? all : undefined;
}

/** How often each text is on each network. */
async function countPosts(emulator: Emulator): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for (const platform of platformNames) {
    const posts = (await control(emulator[platform], "GET", "posts")) as { text: string }[];
    for (const { text } of posts)
      counts.set(`${platform} ${text}`, (counts.get(`${platform} ${text}`) ?? 0) + 1);
  }
  return counts;
}
