import { pino } from "pino";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type Emulator, startEmulator } from "../../emulator/server.ts";
import { registerApps } from "../../src/cli/demo/demo-apps.ts";
import { readConfig } from "../../src/config/config.ts";
import type { Connection } from "../../src/connections/connection.ts";
import { type OpenRuntime, openRuntime } from "../../src/service/runtime.ts";
import { getShareRequest } from "../../src/sharing/record/history.ts";
import { freshDatabaseUrl } from "../harness/database/database.ts";
import { control, freePort, serviceVariables } from "../harness/networks/networks.ts";
import { addPerson, connectAccount } from "../harness/people/accounts.ts";
import { draftFor, orderFault, postsOn, submit, untilSettled } from "../harness/people/shares.ts";
import { type RunningProcess, startProcess, untilReady } from "../harness/services/process.ts";
import { waitFor } from "../harness/wait.ts";

let emulator: Emulator;
let variables: Record<string, string>;
/** For queries only: it delivers nothing. */
let runtime: OpenRuntime;
let person: { id: string };
let mastodon: Connection;
const running: RunningProcess[] = [];

beforeAll(async () => {
  emulator = await startEmulator();
  const changes = { DATABASE_URL: await freshDatabaseUrl(), SOCIAL_LOG_LEVEL: "warn" };
  variables = serviceVariables({ port: await freePort(), emulator, changes });
  runtime = await openRuntime(readConfig(variables, {}), { log: pino({ level: "silent" }) });
  await registerApps(emulator, variables.SOCIAL_BASE_URL ?? "");
  person = await addPerson(runtime);
  mastodon = await connectAccount(runtime, person, {
    platform: "mastodon",
    server: `mastodon.localhost:${emulator.mastodon.port}`,
  });
});
afterAll(async () => {
  await runtime.close();
  await emulator.stop();
});
afterEach(async () => {
  for (const { child, ended } of running.splice(0)) {
    child.kill("SIGKILL");
    await ended;
  }
});

async function start(words: readonly string[]): Promise<RunningProcess & { readonly address: string }> {
  const port = await freePort();
  const process = startProcess([...words, "--port", String(port)], variables);
  running.push(process);
  const address = `http://127.0.0.1:${port}/`;
  await untilReady(process, address);
  return { ...process, address };
}

const share = () => submit(runtime, person, draftFor([mastodon]));

async function statusOf(request: string): Promise<string | undefined> {
  return (await getShareRequest(runtime, person, request))?.shares[0]?.status;
}

test("without a database that it shares with the service a worker does not start", async () => {
  const worker = startProcess(["worker"], { ...variables, DATABASE_URL: "" });
  expect(await worker.ended).toBe(1);
  expect(worker.output()).toMatch(/^sharewell: DATABASE_URL is missing: .*\n$/);
});

test("pages and delivery run in processes of their own", async () => {
  const web = await start(["serve", "--no-worker"]);
  const request = await share();
  expect((await fetch(`${web.address}login/`)).status).toBe(200);
  expect(await statusOf(request)).toBe("queued");
  const worker = await start(["worker"]);
  expect((await fetch(`${worker.address}login/`)).status).toBe(404);
  const [posted] = await untilSettled(runtime, person, request);
  expect(posted?.status).toBe("posted");
});

test("a worker that is told to stop finishes what it can, hands the rest back within 20 s, and loses nothing", async () => {
  await control(emulator.mastodon, "POST", "reset");
  mastodon = await connectAccount(runtime, person, {
    platform: "mastodon",
    server: `mastodon.localhost:${emulator.mastodon.port}`,
  });
  const leaving = await start(["worker"]);
  // One takes a moment, the other one would take half a minute.
  await orderFault(emulator.mastodon, "POST /api/v1/statuses", { kind: "delay", ms: 500 });
  const short = await share();
  await waitFor("the first to be under way", async () =>
    (await statusOf(short)) === "sending" ? true : undefined,
  );
  await orderFault(emulator.mastodon, "POST /api/v1/statuses", { kind: "delay", ms: 60_000 });
  const long = await share();
  await waitFor("the second to be under way", async () =>
    (await statusOf(long)) === "sending" ? true : undefined,
  );
  const told = performance.now();
  leaving.child.kill("SIGTERM");
  expect(await leaving.ended).toBe(0);
  expect(performance.now() - told).toBeLessThan(45_000);
  expect(await statusOf(short)).toBe("posted");
  expect(await statusOf(long)).toBe("sending");

  await start(["worker"]);
  const [taken] = await untilSettled(runtime, person, long);
  expect(taken?.status).toBe("posted");
  expect(await postsOn(emulator.mastodon)).toHaveLength(2);
});
