import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { generateKey } from "../../src/vault/fernet.ts";
import { freshDatabaseUrl, plantDatabase } from "../harness/database/database.ts";
import { openDatabaseLine } from "../harness/database/database-line.ts";
import { freePort } from "../harness/networks/networks.ts";
import { sharewell } from "../harness/services/command.ts";
import { type RunningProcess, startProcess, untilReady } from "../harness/services/process.ts";
import { waitFor } from "../harness/wait.ts";

let folder: string;
let port: number;
let running: RunningProcess[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "sharewell-serve-"));
  port = await freePort();
  running = [];
});
afterEach(async () => {
  for (const { child, ended } of running) {
    child.kill("SIGKILL");
    await ended;
  }
  rmSync(folder, { recursive: true, force: true });
});

function settings(changes: Record<string, string> = {}): Record<string, string> {
  return {
    PORT: String(port),
    SOCIAL_BASE_URL: address(),
    SOCIAL_ENCRYPTION_KEY: generateKey(),
    SOCIAL_SESSION_SECRET: generateKey(),
    SOCIAL_DATA_DIR: folder,
    ...changes,
  };
}

function address(): string {
  return `http://127.0.0.1:${port}/`;
}

function start(words: readonly string[], environment: Record<string, string>): RunningProcess {
  const process = startProcess(words, environment);
  running.push(process);
  return process;
}

/** The embedded server's process id, as it recorded it. */
function databasePid(): number {
  return Number(readFileSync(join(folder, "postgres", "postmaster.pid"), "utf8").split("\n")[0]);
}

async function untilGone(pid: number): Promise<void> {
  await waitFor(`process ${pid} to end`, () => (existsSync(`/proc/${pid}`) ? undefined : true));
}

test("without its settings the service refuses to start, with one clear line each", async () => {
  const service = start(["serve"], { SOCIAL_DATA_DIR: folder });
  expect(await service.ended).toBe(1);
  const lines = service.output().trim().split("\n");
  expect(lines).toHaveLength(3);
  for (const name of ["SOCIAL_BASE_URL", "SOCIAL_ENCRYPTION_KEY", "SOCIAL_SESSION_SECRET"]) {
    expect(lines.filter((line) => line.startsWith(`sharewell: ${name} is missing`))).toHaveLength(1);
  }
});

test("Ctrl-C ends the service and its database, and the next start finds everything", async () => {
  const environment = settings();
  const first = start(["serve"], environment);
  await untilReady(first, address());
  const pid = databasePid();
  first.child.kill("SIGINT");
  expect(await first.ended).toBe(0);
  expect(existsSync(`/proc/${pid}`)).toBe(false);

  const second = start(["serve"], environment);
  await untilReady(second, address());
  second.child.kill("SIGTERM");
  expect(await second.ended).toBe(0);
});

test("kill -9 leaves no database behind, and the next start works", async () => {
  plantDatabase(folder);
  const environment = settings();
  const first = start(["serve"], environment);
  await untilReady(first, address());
  const pid = databasePid();
  first.child.kill("SIGKILL");
  await first.ended;
  const second = start(["serve"], environment);
  await untilReady(second, address());
  await untilGone(pid);
  expect(databasePid()).not.toBe(pid);
  second.child.kill("SIGTERM");
  expect(await second.ended).toBe(0);
});

test("a service whose database dies says so and ends, and the next start works", async () => {
  plantDatabase(folder);
  const environment = settings();
  const first = start(["serve"], environment);
  await untilReady(first, address());
  process.kill(databasePid(), "SIGKILL");
  expect(await first.ended).toBe(1);
  expect(first.output()).toMatch(/^sharewell: The embedded PostgreSQL ended: .*Start the service again\.$/m);
  const second = start(["serve"], environment);
  await untilReady(second, address());
  second.child.kill("SIGTERM");
  expect(await second.ended).toBe(0);
});

test("a taken port is told in one line", async () => {
  const server = await occupy(port);
  const service = start(["serve"], settings());
  expect(await service.ended).toBe(1);
  expect(service.output().trim()).toBe(
    `sharewell: Port ${port} is in use: stop what uses it, or choose another with --port or PORT.`,
  );
  server.close();
});

test("two services do not share a data folder", async () => {
  plantDatabase(folder);
  const first = start(["serve"], settings());
  await untilReady(first, address());
  const other = await freePort();
  const second = start(["serve", "--port", String(other)], settings());
  expect(await second.ended).toBe(1);
  expect(second.output()).toMatch(
    new RegExp(`^sharewell: The data folder ${folder} is in use by another Sharewell`),
  );
});

test.each([
  ["a server that is not there", "postgres://sharewell@127.0.0.1:1/sharewell"],
  ["a name that is none", "postgres://sharewell@database.invalid/sharewell"],
  ["several servers that are not there", "postgres://sharewell@127.0.0.1:1,127.0.0.1:2/sharewell"],
])("a database at %s is told to a command in one line without a trace", async (_, url) => {
  const { code, output } = await sharewell(["migrate"], settings({ DATABASE_URL: url }));
  expect(code).toBe(1);
  expect(output.trim().split("\n")).toHaveLength(1);
  expect(output).toMatch(/^sharewell: The database cannot be used: .*DATABASE_URL/);
});

test("a database that is away at the start is waited for, and the log says so", async () => {
  const line = await openDatabaseLine(await freshDatabaseUrl());
  line.cut();
  const service = start(["serve"], settings({ DATABASE_URL: line.url }));
  await waitFor(
    "the log to say what it waits for",
    () => service.output().includes("the database is away: the start continues when it is back") || undefined,
  );
  expect((await fetch(`${address()}healthz`)).status).toBe(200);
  expect((await fetch(`${address()}readyz`)).status).toBe(503);
  expect((await fetch(`${address()}social/`)).status).toBe(503);
  line.mend();
  await untilReady(service, address());
  service.child.kill("SIGTERM");
  expect(await service.ended).toBe(0);
  await line.close();
});

test("a service that waits for its database ends when it is told to", async () => {
  const service = start(["serve"], settings({ DATABASE_URL: "postgres://sharewell@127.0.0.1:1/sharewell" }));
  await waitFor("it to wait", () => service.output().includes("the database is away") || undefined);
  service.child.kill("SIGTERM");
  await service.ended;
  expect(service.output().trim().split("\n")).toHaveLength(1);
});

test("a data folder that cannot be one is told in one line", async () => {
  const file = join(folder, "file");
  writeFileSync(file, "");
  const service = start(["serve", "--data", join(file, "data")], settings());
  expect(await service.ended).toBe(1);
  expect(service.output()).toMatch(/^sharewell: The data folder .* cannot be written/);
});

test("words that nobody knows are told, with what was perhaps meant, and exit code 2", async () => {
  const unknown = start(["serv"], {});
  expect(await unknown.ended).toBe(2);
  expect(unknown.output()).toMatch(/Did you mean "serve"\?.*sharewell help/);
  const flag = start(["serve", "--prot", "1"], settings());
  expect(await flag.ended).toBe(2);
  expect(flag.output()).toMatch(/^sharewell: .*--prot/);
  const help = start([], {});
  expect(await help.ended).toBe(0);
});

function occupy(taken: number): Promise<Server> {
  return new Promise((done) => {
    const server = createServer();
    server.listen(taken, "127.0.0.1", () => done(server));
  });
}

/** Changes to a user id that has no name here, in group 0 as on OpenShift. */
const nameless =
  process.getuid?.() === 0
    ? [
        ...["setpriv", "--reuid=54321", "--regid=0", "--clear-groups", "--inh-caps=+dac_override"],
        ...["--ambient-caps=+dac_override", "--securebits=+no_setuid_fixup", "--"],
      ]
    : ["unshare", "--user", "--map-user=54321", "--"];

test("under a user id without a name the embedded database starts, or the service says what it needs", async () => {
  chmodSync(folder, 0o777);
  const process = startProcess(["serve"], settings(), "dist/src/main.js", nameless);
  running.push(process);
  const came = await waitFor("the service", () =>
    /sharewell is up|install libnss-wrapper/.exec(process.output())?.at(0),
  );
  if (came === "sharewell is up") expect((await fetch(`${address()}readyz`)).status).toBe(200);
  else expect(process.output()).toMatch(/runs as user id 54321, which has no name here.*DATABASE_URL/);
});

test("an IPv6 address is taken with brackets or without, and told with them", async () => {
  plantDatabase(folder);
  for (const host of ["[::1]", "::1"]) {
    const process = startProcess(["serve"], settings({ HOST: host }));
    running.push(process);
    const told = await waitFor("the service", () => /"address":"([^"]+)"/.exec(process.output())?.at(1));
    expect(told).toBe(`http://[::1]:${port}/`);
    expect((await fetch(`${told}readyz`)).status).toBe(200);
    process.child.kill("SIGTERM");
    expect(await process.ended).toBe(0);
  }
});
