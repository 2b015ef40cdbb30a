/**
 * The drill: a running service is backed up, restored elsewhere and runs there; from one kind of database to the other
 * and back.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openDatabase } from "../../src/database/open.ts";
import { restorations, users } from "../../src/database/schema.ts";
import { generateKey } from "../../src/vault/fernet.ts";
import { emptyDatabaseUrl, plantDatabase } from "../harness/database/database.ts";
import { freePort } from "../harness/networks/networks.ts";
import { sharewell } from "../harness/services/command.ts";
import { type RunningProcess, startProcess, untilReady } from "../harness/services/process.ts";

let folder: string;
let port: number;
const running = new Set<RunningProcess>();
const secrets = { SOCIAL_ENCRYPTION_KEY: generateKey(), SOCIAL_SESSION_SECRET: generateKey() };

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "sharewell-drill-"));
  port = await freePort();
});
afterEach(async () => {
  for (const process of running) await stop(process);
  rmSync(folder, { recursive: true, force: true });
});

const address = () => `http://127.0.0.1:${port}/`;
const environment = (where: Record<string, string>): Record<string, string> => ({
  ...{ ...secrets, ...where, PORT: String(port), SOCIAL_BASE_URL: address() },
  ...(where.DATABASE_URL === undefined ? {} : { SOCIAL_DATA_DIR: join(folder, "none") }),
});
function begin(words: readonly string[], where: Record<string, string>): RunningProcess {
  const process = startProcess(words, environment(where));
  running.add(process);
  return process;
}
async function stop(process: RunningProcess): Promise<void> {
  process.child.kill("SIGTERM");
  await process.ended;
  running.delete(process);
}
async function serve(where: Record<string, string>): Promise<RunningProcess> {
  const process = begin(["serve"], where);
  await untilReady(process, address());
  return process;
}
async function run(words: readonly string[], where: Record<string, string>) {
  return await sharewell(words, environment(where));
}

test("from the embedded database to another server and back, and nothing but an empty place is written to", async () => {
  const [first, second] = [{ SOCIAL_DATA_DIR: join(folder, "a") }, { SOCIAL_DATA_DIR: join(folder, "b") }];
  const server = { DATABASE_URL: await emptyDatabaseUrl() };
  const [one, two] = [join(folder, "one.backup"), join(folder, "two.backup")];
  const passphrase = join(folder, "passphrase");
  writeFileSync(passphrase, "correct horse battery staple\n");

  plantDatabase(first.SOCIAL_DATA_DIR);
  const embedded = await serve(first);
  const invited = await run(["invite", "ben@example.com"], first);
  expect(invited.code).toBe(0);
  expect(await run(["backup", one, "--passphrase", passphrase], first)).toMatchObject({ code: 0 });
  expect(statSync(one).mode & 0o777).toBe(0o600);
  expect(readFileSync(one, "latin1")).toMatch(/^age-encryption/);
  expect(await run(["restore", one, "--passphrase", passphrase], first)).toMatchObject({
    code: 1,
    output: expect.stringMatching(/^sharewell: The data folder .* is in use/),
  });
  await stop(embedded);
  expect(await run(["restore", one, "--passphrase", passphrase], first)).toMatchObject({
    code: 1,
    output: expect.stringMatching(/^sharewell: This database is not empty/),
  });
  expect(await run(["restore", one], server)).toMatchObject({
    code: 1,
    output: expect.stringMatching(/^sharewell: This backup is encrypted/),
  });

  expect(await run(["restore", one, "--passphrase", passphrase], server)).toMatchObject({
    code: 0,
    output: expect.stringContaining("Every row was checked."),
  });
  const there = await serve(server);
  expect(there.output()).toContain('"sign":"copied"');
  expect(await run(["audit", "verify"], server)).toMatchObject({ code: 0 });
  expect(await run(["restored"], server)).toMatchObject({
    code: 0,
    output: expect.stringContaining("it looks for 0 shares on their networks"),
  });
  expect(await run(["backup", two], server)).toMatchObject({ code: 0 });
  await stop(there);

  expect(await run(["restore", two], second)).toMatchObject({ code: 0 });
  const again = await serve(second);
  expect(again.output()).toContain('"sign":"copied"');
  await stop(again);
  expect(existsSync(join(folder, "none"))).toBe(false);

  const open = openDatabase(server.DATABASE_URL, () => {});
  expect(await open.database.select().from(users)).toEqual([]);
  expect((await open.database.select().from(restorations)).map(({ sign }) => sign)).toEqual([
    "copied",
    "by-hand",
  ]);
  await open.close();
});
