/** Creating and changing encryption keys on the command line. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { symmetricEncrypt } from "better-auth/crypto";
import { afterEach, beforeEach, expect, test } from "vitest";
import { mastodonApps, socialConnections, twoFactors, users } from "../../src/database/schema.ts";
import { generateKey, parseKey } from "../../src/vault/fernet.ts";
import { openVault, parseKeyring } from "../../src/vault/keyring.ts";
import { type FreshDatabase, freshDatabase, plantDatabase } from "../harness/database/database.ts";
import { freePort } from "../harness/networks/networks.ts";
import { sharewell } from "../harness/services/command.ts";
import { type RunningProcess, startProcess, untilReady } from "../harness/services/process.ts";

const [oldKey, newKey] = [generateKey(), generateKey()];
const before = openVault(parseKeyring(oldKey));
const after = openVault(parseKeyring(newKey));

let folder: string;
let port: number;
let running: RunningProcess[];
let open: FreshDatabase;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "sharewell-keys-"));
  port = await freePort();
  running = [];
  open = await freshDatabase();
});
afterEach(async () => {
  for (const { child, ended } of running) {
    child.kill("SIGTERM");
    await ended;
  }
  await open.close();
  rmSync(folder, { recursive: true, force: true });
});

function settings(changes: Record<string, string> = {}): Record<string, string> {
  return {
    PORT: String(port),
    SOCIAL_BASE_URL: address(),
    SOCIAL_ENCRYPTION_KEY: `${newKey},${oldKey}`,
    SOCIAL_SESSION_SECRET: generateKey(),
    SOCIAL_DATA_DIR: folder,
    DATABASE_URL: open.url,
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

/** Runs `sharewell keys` with these arguments to its end. */
async function keys(words: readonly string[], environment: Record<string, string> = {}) {
  return await sharewell(["keys", ...words], environment);
}

/** Ana's X account and an app at a Mastodon server, as a service with the old key stored them. */
async function addSecrets(): Promise<void> {
  await open.database.insert(users).values({ id: "ana", name: "Ana", email: "ana@example.com" });
  await open.database.insert(socialConnections).values({
    userId: "ana",
    platform: "twitter",
    platformUserId: "1",
    platformUsername: "ana",
    displayName: "Ana",
    accessTokenEnc: before.encrypt("access"),
    refreshTokenEnc: before.encrypt("refresh"),
    scopes: "tweet.write",
    extraData: {},
  });
  await open.database.insert(mastodonApps).values({
    instance: "https://mastodon.example",
    clientId: "app",
    clientSecretEnc: before.encrypt("app's secret"),
    scopes: "read write",
    redirectUri: "https://share.example/social/callback/mastodon/",
  });
}

async function readSecrets(): Promise<(string | null | undefined)[]> {
  const [connection] = await open.database.select().from(socialConnections);
  const [app] = await open.database.select().from(mastodonApps);
  return [connection?.accessTokenEnc, connection?.refreshTokenEnc, app?.clientSecretEnc];
}

test("generate prints one new key each time and needs no settings", async () => {
  const made = [await keys(["generate"]), await keys(["generate"])];
  expect(made.map(({ code }) => code)).toEqual([0, 0]);
  const [first = "", second = ""] = made.map(({ output }) => output);
  expect(first).toMatch(/^[\w-]{43}=\n$/);
  expect(() => parseKey(first.trim())).not.toThrow();
  expect(first).not.toBe(second);
});

test("rotate re-encrypts everything while the service runs, and again without harm", async () => {
  await addSecrets();
  const service = start(["serve"], settings());
  await untilReady(service, address());

  expect(await keys(["rotate"], settings())).toEqual({
    code: 0,
    output: "3 of 3 secrets re-encrypted with the first key of SOCIAL_ENCRYPTION_KEY.\n",
  });
  const sealed = await readSecrets();
  expect(sealed.map((each) => after.decrypt(each ?? ""))).toEqual(["access", "refresh", "app's secret"]);

  const again = await keys(["rotate"], settings());
  expect([again.code, again.output.split(" with")[0]]).toEqual([0, "0 of 3 secrets re-encrypted"]);
  expect(await readSecrets()).toEqual(sealed);
  expect((await fetch(`${address()}readyz`)).status).toBe(200);
});

test("rotate takes along what checks people's app codes, also where an older version kept it", async () => {
  const current = settings();
  await open.database.insert(users).values([
    { id: "ana", name: "Ana", email: "ana@example.com" },
    { id: "ben", name: "Ben", email: "ben@example.com" },
  ]);
  const former = await symmetricEncrypt({ key: current.SOCIAL_SESSION_SECRET ?? "", data: "ben's secret" });
  await open.database.insert(twoFactors).values([
    { id: "1", userId: "ana", secretEnc: before.encrypt("ana's secret") },
    { id: "2", userId: "ben", formerSecret: former },
  ]);
  expect((await keys(["rotate"], current)).code).toBe(0);
  const rows = await open.database.select().from(twoFactors).orderBy(twoFactors.id);
  expect(rows.map(({ secretEnc }) => after.decrypt(secretEnc ?? ""))).toEqual([
    "ana's secret",
    "ben's secret",
  ]);
});

test("rotate uses the database that a running service brought, and leaves it running", async () => {
  const { DATABASE_URL: _, ...own } = settings();
  plantDatabase(folder);
  const service = start(["serve"], own);
  await untilReady(service, address());
  const rotated = await keys(["rotate"], own);
  expect([rotated.code, rotated.output.split(" with")[0]]).toEqual([0, "0 of 0 secrets re-encrypted"]);
  expect((await fetch(`${address()}readyz`)).status).toBe(200);
});

test("rotate takes its keys from a file, too", async () => {
  await addSecrets();
  const file = join(folder, "keys");
  writeFileSync(file, `${newKey},\n${oldKey}\n`);
  const { SOCIAL_ENCRYPTION_KEY: _, ...others } = settings({ SOCIAL_ENCRYPTION_KEY_FILE: file });
  expect((await keys(["rotate"], others)).code).toBe(0);
  expect((await readSecrets()).every((each) => after.isCurrent(each ?? ""))).toBe(true);
});

test("a keyring that cannot be read is told in one line, without the keys", async () => {
  const broken = await keys(["rotate"], settings({ SOCIAL_ENCRYPTION_KEY: `${newKey},${oldKey.slice(1)}` }));
  expect(broken).toEqual({
    code: 1,
    output:
      "sharewell: SOCIAL_ENCRYPTION_KEY: key 2 of 2 is not a Fernet key; make one with `sharewell keys generate`.\n",
  });
});

test("a secret that no key opens stays as it is, and the keys stay out of the message", async () => {
  await addSecrets();
  const sealed = await readSecrets();
  const { code, output } = await keys(["rotate"], settings({ SOCIAL_ENCRYPTION_KEY: newKey }));
  expect([code, await readSecrets()]).toEqual([1, sealed]);
  expect(output).toMatch(/^sharewell: \d+ secrets cannot be decrypted with any key/m);
  for (const secret of [oldKey, newKey, ...sealed]) expect(output).not.toContain(secret);
});

test.for([
  ["no word", []],
  ["another word", ["rotten"]],
  ["a word too many", ["generate", "two"]],
  ["a flag", ["rotate", "--force"]],
] as const)("%s gets one clear line and exit code 2", async ([, words]) => {
  const { code, output } = await keys(words);
  expect(code).toBe(2);
  expect(output).toMatch(/^sharewell: .*(keys (generate|rotate)|help keys).*\n$/);
});
