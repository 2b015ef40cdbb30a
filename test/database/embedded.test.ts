/** Starting the embedded database touches only processes that are certainly its own, and says what is in its way. */
import { spawn, spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { DataFolderInUse } from "../../src/database/embedded/data-folder.ts";
import { type Embedded, startEmbedded } from "../../src/database/embedded/embedded.ts";
import {
  EmbeddedUnavailable,
  findPrograms,
  planLaunch,
} from "../../src/database/embedded/embedded-program.ts";
import { isRunning, markProcess } from "../../src/database/embedded/process-marks.ts";
import { waitFor } from "../harness/wait.ts";

let place: string;
/** A data folder that was stopped in order. */
let whole: string;
let made = 0;
const servers: Embedded[] = [];
const children: number[] = [];
const careless = { fsync: "off", full_page_writes: "off" };

beforeAll(async () => {
  place = mkdtempSync(join(tmpdir(), "sharewell-folders-"));
  chmodSync(place, 0o755);
  whole = join(place, "whole");
  await (await startEmbedded(whole, { settings: careless })).stop();
});
afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop();
  for (const pid of children.splice(0)) if (markProcess(pid) !== undefined) process.kill(pid, "SIGKILL");
});
afterAll(() => rmSync(place, { recursive: true, force: true }));

async function start(folder: string): Promise<Embedded> {
  const server = await startEmbedded(folder, { settings: careless });
  servers.push(server);
  return server;
}

function copy(from = whole): string {
  made += 1;
  const to = join(place, `copy-${made}`);
  if (spawnSync("cp", ["-a", from, to]).status !== 0) throw new Error(`${from} was not copied.`);
  return to;
}

function postmasterOf(folder: string): number {
  return Number(readFileSync(join(folder, "postgres", "postmaster.pid"), "utf8").split("\n")[0]);
}

async function refusal(folder: string): Promise<Error> {
  const error: unknown = await startEmbedded(folder, { settings: careless }).then(
    (server) => server.stop(),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof Error)) throw new Error(`The database started in ${folder}.`);
  return error;
}

async function answers({ connection }: Embedded): Promise<boolean> {
  const client = new pg.Client(connection);
  await client.connect();
  await client.query("select 1");
  await client.end();
  return true;
}

async function ask({ connection }: Embedded, statement: string): Promise<unknown[]> {
  const client = new pg.Client(connection);
  await client.connect();
  return await client
    .query(statement)
    .then(({ rows }) => rows)
    .finally(() => client.end());
}

test("a copy of a running service's folder starts beside it, and the original's server is left alone", async () => {
  const original = await start(copy());
  const folder = join(place, `copy-${made}`);
  const server = postmasterOf(folder);
  const copied = await start(copy(folder));
  expect(await answers(original)).toBe(true);
  expect(await answers(copied)).toBe(true);
  expect(postmasterOf(folder)).toBe(server);
  expect(postmasterOf(join(place, `copy-${made}`))).not.toBe(server);
});

test("a stale note that names another PostgreSQL by now does no harm to that one", async () => {
  const other = copy();
  const unrelated = await start(other);
  const folder = copy();
  const note = `${postmasterOf(other)}\n${join(folder, "postgres")}\n`;
  writeFileSync(join(folder, "postgres", "postmaster.pid"), note, { mode: 0o600 });
  expect(await answers(await start(folder))).toBe(true);
  expect(await answers(unrelated)).toBe(true);
});

test.each([
  "",
  "0\n",
  "-1\n",
  "half a li",
])("a note that a full disk cut short (%j) does not keep the folder from starting", async (note) => {
  const folder = copy();
  writeFileSync(join(folder, "postgres", "postmaster.pid"), note, { mode: 0o600 });
  expect(await answers(await start(folder))).toBe(true);
});

test("a folder that is moved while it is in use keeps its data, and its service ends once another one stands there", async () => {
  const moved = await start(copy());
  const folder = join(place, `copy-${made}`);
  await ask(moved, "create table keepsake as select 1 as moved");
  // Enough for the write-ahead log to drop the files with which the start began.
  await ask(moved, "select pg_switch_wal(), pg_switch_wal()");
  renameSync(folder, `${folder}-moved`);
  const other = await start(folder);
  await ask(other, "create table keepsake as select 2 as another");
  expect((await moved.lost).message).toContain(`Another folder is now at ${folder}`);
  await moved.stop();
  expect((await refusal(folder)).message).toContain("in use");
  await other.stop();
  expect(await ask(await start(folder), "select another from keepsake")).toEqual([{ another: 2 }]);
  expect(await ask(await start(`${folder}-moved`), "select moved from keepsake")).toEqual([{ moved: 1 }]);
});

test("a PostgreSQL in our folder that somebody else started is left alone, in words", async () => {
  const folder = copy();
  const [programs, launch] = [await findPrograms(), planLaunch()];
  const [command = "", ...words] = [
    ...launch.prefix,
    ...[programs.postgres, "-D", join(folder, "postgres"), "-c", "listen_addresses="],
    ...["-c", `unix_socket_directories=${join(folder, "postgres")}`],
  ];
  const { pid = 0 } = spawn(command, words, { stdio: "ignore" });
  children.push(pid);
  await waitFor(
    "the other server",
    () => existsSync(join(folder, "postgres", "postmaster.pid")) || undefined,
  );
  const error = await refusal(folder);
  expect(error).toBeInstanceOf(DataFolderInUse);
  expect(error.message).toContain(`process ${pid}`);
  expect(error.message).toContain("left running");
  expect(markProcess(pid)).toBeDefined();
});

/** Starts the database in a separate process, which is then killed. @returns the server that it leaves behind */
async function orphan(folder: string, whileAlive: (server: number) => void): Promise<number> {
  const script = `
    const { startEmbedded } = await import(${JSON.stringify(join(import.meta.dirname, "../../src/database/embedded/embedded.ts"))});
    await startEmbedded(${JSON.stringify(folder)});
    setInterval(() => {}, 1_000);
    console.log("up");`;
  const child = spawn(process.execPath, ["--input-type=module", "--eval", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await new Promise((done) => child.stdout.once("data", done));
  const server = postmasterOf(folder);
  whileAlive(server);
  const gone = new Promise((done) => child.once("exit", done));
  child.kill("SIGKILL");
  await gone;
  return server;
}

test("a server whose Sharewell was killed is ended, though it stands still, and the next start works", async () => {
  const folder = copy();
  const server = await orphan(folder, (pid) => process.kill(pid, "SIGSTOP"));
  const before = markProcess(server);
  expect(before).toBeDefined();
  expect(await answers(await start(folder))).toBe(true);
  expect(before !== undefined && isRunning(before)).toBe(false);
});

test("a killed service's folder that is moved afterwards starts at its new place", async () => {
  const folder = copy();
  await orphan(folder, () => {});
  const moved = `${folder}-moved`;
  renameSync(folder, moved);
  expect(await answers(await start(moved))).toBe(true);
});

test("a folder that is in use is refused by whatever path, and a command beside the service uses its server", async () => {
  const folder = copy();
  const server = await start(folder);
  const linked = `${folder}-linked`;
  symlinkSync(folder, linked);
  for (const path of [folder, linked]) {
    const error = await refusal(path);
    expect(error).toBeInstanceOf(DataFolderInUse);
    expect(error.message).toContain("in use by another Sharewell");
    expect(await answers(await startEmbedded(path, { guest: true }))).toBe(true);
  }
  expect(await answers(server)).toBe(true);
});

test("another container, which sees none of our processes, is refused too, though the server stands still", async () => {
  const folder = copy();
  await start(folder);
  const server = postmasterOf(folder);
  const script = `
    const { startEmbedded } = await import(${JSON.stringify(join(import.meta.dirname, "../../src/database/embedded/embedded.ts"))});
    await startEmbedded(${JSON.stringify(folder)}).then(() => console.log("started"), ({ name }) => console.log(name));
    process.exit();`;
  process.kill(server, "SIGSTOP");
  const asRoot = process.getuid?.() === 0 ? [] : ["--user", "--map-root-user"];
  const { stdout } = spawnSync(
    "unshare",
    [
      ...[...asRoot, "--pid", "--fork", "--mount-proc", process.execPath],
      ...["--input-type=module", "--eval", script],
    ],
    { encoding: "utf8" },
  );
  process.kill(server, "SIGCONT");
  expect(stdout).toBe("DataFolderInUse\n");
});

test.for([
  ["is empty", ""],
  ["is garbage", "\0\u0001 nothing"],
  ["names a process that is somebody else's by now", `${process.ppid} 1`],
  ["is an object without sense", '{"owner":{"pid":1}}'],
])("a lock that %s says nothing: who works in the folder does", async ([, text = ""]) => {
  const folder = copy();
  writeFileSync(join(folder, "sharewell.pid"), text);
  expect(await answers(await start(folder))).toBe(true);
  writeFileSync(join(folder, "sharewell.pid"), text);
  expect(await refusal(folder)).toBeInstanceOf(DataFolderInUse);
});

test("the lock of a copied folder names nobody there", async () => {
  const folder = copy();
  await start(folder);
  const other = copy();
  cpSync(join(folder, "sharewell.pid"), join(other, "sharewell.pid"));
  expect(await answers(await start(other))).toBe(true);
});

test("of several that start at once one gets the folder", async () => {
  const folder = copy();
  const results = await Promise.allSettled([1, 2, 3].map(() => start(folder)));
  expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  expect(await answers(servers[0] as Embedded)).toBe(true);
});

/** What is wrong with a folder, how that happens, and the message about it. */
const troubles: [string, (folder: string, cluster: string) => void, RegExp][] = [
  ["a lock that is a folder", (folder) => mkdirSync(join(folder, "sharewell.pid")), /sharewell\.pid|EISDIR/],
  [
    "another version's files",
    (_, cluster) => writeFileSync(join(cluster, "PG_VERSION"), "15\n"),
    /created by PostgreSQL 15, but this Sharewell comes with version 18/,
  ],
  [
    "no PG_VERSION",
    (_, cluster) => rmSync(join(cluster, "PG_VERSION")),
    /not complete \(PG_VERSION is missing\)/,
  ],
  [
    "half of its files",
    (_, cluster) => rmSync(join(cluster, "global", "pg_control")),
    /not complete .*pg_control/,
  ],
  ["files that others may enter", (_, cluster) => chmodSync(cluster, 0o755), /chmod 700/],
  [
    "hard links for files",
    (_, cluster) => linkSync(join(cluster, "global", "pg_control"), join(cluster, "..", "shared")),
    /hard links.*cp -a/,
  ],
  [
    "a file in the database's place",
    (_, cluster) => {
      rmSync(cluster, { recursive: true });
      writeFileSync(cluster, "");
    },
    /ENOTDIR/,
  ],
];

test.each(troubles)("%s is told in words, and nothing is left of the try", async (_, spoil, words) => {
  const folder = copy();
  spoil(folder, join(folder, "postgres"));
  const error = await refusal(folder);
  expect(error).toBeInstanceOf(EmbeddedUnavailable);
  expect(error.message).toMatch(words);
  expect(readdirSync(folder).filter((name) => name.startsWith("sharewell.pid."))).toEqual([]);
});

test("a full disk is told as such, with what to do, and without a hint to the last backup", () => {
  const script = `
    mount -t tmpfs -o size=64m none ${place}/small || exit 77
    cp -a ${whole} ${place}/small/data
    dd if=/dev/zero of=${place}/small/ballast bs=4096 2>/dev/null
    exec ${process.execPath} --input-type=module --eval '
      const { startEmbedded } = await import("${join(import.meta.dirname, "../../src/database/embedded/embedded.ts")}");
      await startEmbedded("${place}/small/data").catch(({ name, message }) => console.log(name + ": " + message));
      process.exit();'`;
  mkdirSync(join(place, "small"));
  const asRoot = process.getuid?.() === 0 ? [] : ["--user", "--map-root-user"];
  const { stdout, status } = spawnSync("unshare", [...asRoot, "--mount", "sh", "-c", script], {
    encoding: "utf8",
  });
  // Without permission to mount, there is no small disk to fill.
  if (status === 77) return expect(stdout).toBe("");
  expect(stdout).toMatch(/^EmbeddedUnavailable: .*The disk is full .*Free some space on it.*nothing is lost/);
  expect(stdout).not.toMatch(/last backup/);
});
