import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { afterEach, beforeEach, expect, test } from "vitest";
import { generateKey } from "../../src/vault/fernet.ts";
import { freshDatabaseUrl } from "../harness/database/database.ts";
import { freePort } from "../harness/networks/networks.ts";
import { type RunningProcess, startProcess, untilReady } from "../harness/services/process.ts";
import { waitFor } from "../harness/wait.ts";

/** On a system without systemd, a program that records its arguments replaces systemd's. */
let folder: string;
let port: number;
let service: RunningProcess;
let databaseUrl: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "sharewell-systemd-"));
  port = await freePort();
  databaseUrl = await freshDatabaseUrl();
  const program = join(folder, "systemd-notify");
  writeFileSync(program, `#!/bin/sh\necho "$*" >>${folder}/told\nenv >>${folder}/environment\n`);
  chmodSync(program, 0o755);
});
afterEach(async () => {
  service.child.kill("SIGKILL");
  await service.ended;
  rmSync(folder, { recursive: true, force: true });
});

function start(supervision: Readonly<Record<string, string>>): RunningProcess {
  return startProcess(["serve"], {
    PORT: String(port),
    SOCIAL_BASE_URL: `http://127.0.0.1:${port}/`,
    SOCIAL_ENCRYPTION_KEY: generateKey(),
    SOCIAL_SESSION_SECRET: generateKey(),
    DATABASE_URL: databaseUrl,
    PATH: `${folder}:${process.env.PATH ?? ""}`,
    ...supervision,
  });
}

const watched = { NOTIFY_SOCKET: "/run/systemd/notify", WATCHDOG_USEC: "800000" };

function told(): string[] {
  const file = join(folder, "told");
  return existsSync(file) ? readFileSync(file, "utf8").trimEnd().split("\n") : [];
}

const signs = () => told().filter((words) => words.includes("WATCHDOG=1")).length;
const untilTold = (what: string) =>
  waitFor(`systemd to be told ${what}`, () => told().some((words) => words.includes(what)) || undefined);
const untilMoreThan = (count: number) =>
  waitFor(`more than ${count} signs of life`, () => signs() > count || undefined);

test("systemd is told that the service is ready, that it lives, and that it stops, and nothing that is secret", async () => {
  service = start(watched);
  await untilTold("READY=1");
  expect((await fetch(`http://127.0.0.1:${port}/readyz`)).status).toBe(200);
  expect(told().find((words) => words.includes("=1"))).toBe("READY=1 WATCHDOG=1 STATUS=Ready");
  await untilMoreThan(3);
  service.child.kill("SIGTERM");
  expect(await service.ended).toBe(0);
  expect(told().filter((words) => words.includes("READY=1"))).toHaveLength(1);
  expect(told().at(-1)).toMatch(/^STOPPING=1 /);
  const environment = readFileSync(join(folder, "environment"), "utf8");
  expect(environment).toContain("NOTIFY_SOCKET=/run/systemd/notify\n");
  expect(environment).not.toMatch(/SOCIAL_|DATABASE_URL/);
});

test("a service whose database hangs gives no sign of life, and says why, until it answers again", async () => {
  service = start(watched);
  await untilTold("READY=1");
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query("begin; lock table pgboss.version in access exclusive mode");
  await untilTold("STATUS=Does not answer: queue");
  const before = signs();
  const silent = told().length;
  await waitFor("more to be told", () => told().length > silent || undefined);
  expect(signs()).toBe(before);
  await client.query("rollback");
  await client.end();
  await untilMoreThan(before);
});

test.each([
  ["was not started by systemd", {}, 0],
  ["is the child of what systemd watches", { ...watched, WATCHDOG_PID: "1" }, 1],
])("a service that %s gives no signs of life beyond its start", async (_, supervision, tellings) => {
  service = start(supervision);
  await untilReady(service, `http://127.0.0.1:${port}/`);
  if (tellings > 0) await untilTold("READY=1");
  service.child.kill("SIGTERM");
  expect(await service.ended).toBe(0);
  expect(signs()).toBe(tellings);
});

test.each([
  ["refuses", "exit 1"],
  ["hangs", "exec sleep 600"],
])("a systemd that %s holds up no service: the log says what to look for", async (_, line) => {
  writeFileSync(join(folder, "systemd-notify"), `#!/bin/sh\n${line}\n`);
  service = start(watched);
  await untilReady(service, `http://127.0.0.1:${port}/`);
  await waitFor(
    "the log to say so",
    () => service.output().includes("is systemd-notify installed?") || undefined,
  );
  service.child.kill("SIGTERM");
  expect(await service.ended).toBe(0);
});
