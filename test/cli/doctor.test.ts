/** `sharewell doctor`, as an operator or a script runs it. */
import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Emulator, startEmulator } from "../../emulator/server.ts";
import { registerApps } from "../../src/cli/demo/demo-apps.ts";
import { compareTables } from "../../src/database/migrate.ts";
import { openDatabase } from "../../src/database/open.ts";
import { socialConnections, users } from "../../src/database/schema.ts";
import { generateKey } from "../../src/vault/fernet.ts";
import { openVault, parseKeyring } from "../../src/vault/keyring.ts";
import { emptyDatabaseUrl, freshDatabaseUrl } from "../harness/database/database.ts";
import { freePort, serviceVariables } from "../harness/networks/networks.ts";
import { sharewell } from "../harness/services/command.ts";
import { startProcess } from "../harness/services/process.ts";

let emulator: Emulator;
let variables: Record<string, string>;

beforeAll(async () => {
  emulator = await startEmulator();
  const changes = { DATABASE_URL: await freshDatabaseUrl(), SOCIAL_LOG_LEVEL: "warn" };
  variables = serviceVariables({ port: await freePort(), emulator, changes });
  await registerApps(emulator, variables.SOCIAL_BASE_URL ?? "");
});
afterAll(() => emulator.stop());

async function doctor(words: readonly string[] = [], changes: Record<string, string> = {}) {
  return await sharewell(["doctor", ...words], { ...variables, ...changes });
}

test("where all is in place it says so of each part and each network, and ends with 0", async () => {
  const { code, output } = await doctor();
  expect(output).toMatch(/^✓ Database .*answers within \d+ ms/m);
  for (const label of ["Facebook", "Threads", "X", "LinkedIn"])
    expect(output).toMatch(new RegExp(`^✓ ${label}\\b.*`, "m"));
  expect(output).toContain("Nothing is wrong.");
  expect(code).toBe(0);
});

test("what is wrong is named, each with where to look, and it ends with 1", async () => {
  const wrong = {
    SOCIAL_TWITTER_CLIENT_SECRET: "not-the-secret",
    SOCIAL_THREADS_APP_SECRET: "",
    SOCIAL_MAIL_URL: `smtp://127.0.0.1:${await freePort()}`,
    OIDC_ISSUER: `http://127.0.0.1:${await freePort()}`,
    OIDC_CLIENT_ID: "sharewell",
    OIDC_CLIENT_SECRET: "not-the-secret",
    SOCIAL_PICTURES_S3_URL: `http://127.0.0.1:${await freePort()}/pictures`,
    SOCIAL_PICTURES_S3_KEY_ID: "key",
    SOCIAL_PICTURES_S3_SECRET: "not-the-secret",
  };
  const { code, output } = await doctor([], wrong);
  expect(output).toMatch(/^✗ Email .*SOCIAL_MAIL_URL/m);
  expect(output).toMatch(/^✗ X\b/m);
  expect(output).toMatch(/^✗ Networks .*Missing, although .*: SOCIAL_THREADS_APP_SECRET\./m);
  expect(output).toMatch(/^✗ Sign-in at .*ECONNREFUSED.*OIDC_ISSUER/m);
  expect(output).toMatch(/^✗ Picture store .*does not answer.*SOCIAL_PICTURES_S3/m);
  expect(output).toContain("5 things are wrong.");
  expect(output).not.toContain("not-the-secret");
  expect(code).toBe(1);
});

test("for programs it writes JSON", async () => {
  const process = startProcess(["doctor", "--json"], variables);
  const code = await process.ended;
  const checks = JSON.parse(process.output()) as { id: string; verdict: string; words: string }[];
  expect(checks.map(({ id }) => id)).toEqual(
    expect.arrayContaining(["base-url", "database", "clock", "mail"]),
  );
  expect(checks.every(({ words }) => words.length > 0)).toBe(true);
  expect(code).toBe(0);
});

test("it only looks: an empty database stays empty, a data folder that is not there is not made", async () => {
  const url = await emptyDatabaseUrl();
  const { code, output } = await doctor([], { DATABASE_URL: url });
  expect(output).toMatch(/^\? Database .*is empty\. The first start creates its tables/m);
  expect(code).toBe(0);
  const open = openDatabase(url, () => {});
  expect(await compareTables(open.database)).toBe("none");
  expect((await open.pool.query("select 1 from pg_tables where schemaname = 'public'")).rowCount).toBe(0);
  await open.close();

  const folder = join(tmpdir(), `sharewell-none-${randomUUID()}`);
  const own = await doctor([], { DATABASE_URL: "", SOCIAL_DATA_DIR: folder });
  expect(own.output).toMatch(/^\? Database .*None yet\. The first start creates it in /m);
  expect(existsSync(folder)).toBe(false);
});

test("a database that is down is one thing that is wrong, beside all others, in JSON too", async () => {
  const { code, output } = await doctor(["--json"], {
    DATABASE_URL: "postgres://ana:secret@127.0.0.1:1/none",
  });
  const checks = JSON.parse(output) as { id: string; verdict: string; words: string }[];
  expect(checks.find(({ id }) => id === "database")).toMatchObject({
    verdict: "bad",
    words: "It does not answer: ECONNREFUSED.",
  });
  expect(checks.filter(({ verdict }) => verdict === "bad").map(({ id }) => id)).toEqual(["database"]);
  expect(output).not.toContain("secret@");
  expect(code).toBe(1);
});

test("more connections than the server allows are told as a sum", async () => {
  const url = await freshDatabaseUrl();
  const few = await doctor([], { DATABASE_URL: url });
  expect(few.output).toMatch(
    /^✓ Database connections +1 process opens up to 29 connections to the database; its server allows \d+\.$/m,
  );
  const many = await doctor([], { DATABASE_URL: url, DATABASE_POOL: "1000" });
  expect(many.output).toMatch(
    /^\? Database connections +1 process opens up to 1,009 connections.*Lower DATABASE_POOL/m,
  );
  const none = await doctor([], { DATABASE_URL: url, DATABASE_POOL: "0" });
  expect(none.output).toContain("DATABASE_POOL must be a number from 5 to 1000");
});

test("a key that does not open what is kept is named", async () => {
  const url = await freshDatabaseUrl();
  const open = openDatabase(url, () => {});
  await open.database.insert(users).values({ id: "1", name: "Ana", email: "ana@example.com" });
  await open.database.insert(socialConnections).values({
    ...{ userId: "1", platform: "twitter", platformUserId: "1", platformUsername: "ana", displayName: "Ana" },
    accessTokenEnc: openVault(parseKeyring(generateKey())).encrypt("a token"),
    ...{ scopes: "", extraData: {} },
  });
  await open.close();
  const { code, output } = await doctor([], { DATABASE_URL: url });
  expect(output).toMatch(/^✗ Encryption key .*does not decrypt 1 of 1 tokens/m);
  expect(code).toBe(1);
});

test("a version that cannot be one is told before anything else", async () => {
  const versions = { SOCIAL_META_GRAPH_VERSION: "26", SOCIAL_LINKEDIN_VERSION: "2026-09" };
  const refused = await doctor([], versions);
  expect(refused.output).toContain("SOCIAL_META_GRAPH_VERSION must look like v26.0");
  expect(refused.output).toContain("SOCIAL_LINKEDIN_VERSION must be a year and a month, like 202609");
  expect(refused.code).toBe(1);
});

test("settings that are missing are told before anything else", async () => {
  const { code, output } = await doctor([], { SOCIAL_ENCRYPTION_KEY: "", SOCIAL_SESSION_SECRET: "" });
  expect(output).toContain("SOCIAL_ENCRYPTION_KEY is missing: make one with `sharewell keys generate`");
  expect(output).toContain("SOCIAL_SESSION_SECRET is missing");
  expect(code).toBe(1);
});
