/**
 * Backup and restore: everything comes back as it was, from and into any kind of database; a bad file changes nothing.
 */
import { randomBytes } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { generateX25519Identity, identityToRecipient } from "age-encryption";
import { sql } from "drizzle-orm";
import { afterEach, beforeEach, expect, test } from "vitest";
import { migrateDatabase } from "../../src/database/migrate.ts";
import { type OpenDatabase, openDatabase } from "../../src/database/open.ts";
import { auditEvents, publicPictures, settings, users } from "../../src/database/schema.ts";
import { sealEvents } from "../../src/operation/audit/audit-seal.ts";
import { verifyAudit } from "../../src/operation/audit/audit-verify.ts";
import { writeBackup } from "../../src/operation/backup/backup.ts";
import { restoreBackup } from "../../src/operation/backup/restore.ts";
import { openPictureStore } from "../../src/pages/pictures/picture-store.ts";
import { recordEvent } from "../../src/people/audit.ts";
import { emptyDatabaseUrl, type FreshDatabase, freshDatabase } from "../harness/database/database.ts";
import { startBucket } from "../harness/networks/bucket.ts";

let source: FreshDatabase;
let target: OpenDatabase;
let folder: string;
let file: string;
const pictures = openPictureStore(undefined);
const odd = "Zoë “says”\t\\N \\. \n\u{1F600}\u2028";

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "sharewell-backup-"));
  file = join(folder, "a.backup");
  source = await freshDatabase();
  target = openDatabase(await emptyDatabaseUrl(), () => {});
  await source.database.insert(users).values({ id: "ana", name: odd, email: "ana@example.com" });
  await source.database
    .insert(settings)
    .values({ name: "look", value: { text: odd, none: null, many: [1.5, "x"] } });
  await source.database.insert(publicPictures).values({
    ...{ nameHash: "a", type: "image/png", bytes: randomBytes(300_000) },
    expiresAt: new Date("2030-01-01T00:00:00.123Z"),
  });
  await recordEvent(source.database, { action: "settings.changed", subject: "look" });
});
afterEach(async () => {
  await Promise.all([source.close(), target.close()]);
  rmSync(folder, { recursive: true, force: true });
});

const seeing = (open: OpenDatabase) => ({
  ...open,
  now: () => new Date(),
  log: { info() {}, warn() {}, error() {} },
});

test("everything comes back as it was, into a database that then works on, and its audit chain holds", async () => {
  await sealEvents(seeing(source) as never);
  const made = await writeBackup({ ...source, pictures }, file);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder)).toEqual(["a.backup"]);
  const restored = await restoreBackup(target, file);
  expect(restored).toMatchObject({ tables: made.tables, rows: made.rows });
  for (const table of [users, settings, publicPictures, auditEvents])
    expect(await target.database.select().from(table)).toEqual(await source.database.select().from(table));
  await migrateDatabase(target);
  expect(await verifyAudit(seeing(target) as never, {} as never)).toMatchObject({
    finding: undefined,
    events: 1,
  });
  await expect(restoreBackup(target, file)).rejects.toThrow(/This database is not empty/);
});

test("a place that takes no file is told in words, before anything is copied where that can be known", async () => {
  const to = (path: string) => writeBackup({ ...source, pictures }, path);
  await expect(to(folder)).rejects.toThrow(`cannot be written to ${folder}, which is not a file`);
  await expect(to(join(folder, "none", "a"))).rejects.toThrow("there is no such folder");
  // Its disk is always full.
  await expect(to("/dev/full")).rejects.toThrow("which is not a file");
  expect(readdirSync(folder)).toEqual([]);
});

test("a database whose disk is full is told as such, and keeps nothing of the restore", async () => {
  await writeBackup({ ...source, pictures }, file);
  // PostgreSQL's own error, once the tables exist and rows arrive.
  await target.pool.query(`create function no_room() returns event_trigger language plpgsql as
    $$ begin if exists (select from pg_class where relname = 'users') then
    raise 'could not extend file' using errcode = 'disk_full'; end if; end $$`);
  await target.pool.query("create event trigger full_disk on ddl_command_end execute function no_room()");
  await expect(restoreBackup(target, file)).rejects.toThrow(
    "The database's disk is full, so nothing was restored.",
  );
  await target.pool.query("drop event trigger full_disk");
  expect(await restoreBackup(target, file)).toMatchObject({ rows: expect.any(Number) });
});

test("one that is broken off leaves no half of a file behind", async () => {
  const stop = new AbortController();
  const made = writeBackup(
    { ...source, pictures },
    file,
    {},
    {
      onProgress: () => stop.abort(),
      signal: stop.signal,
    },
  );
  await expect(made).rejects.toThrow("The backup was cancelled and its partial file removed.");
  expect(readdirSync(folder)).toEqual([]);
});

test("for an age key or under a passphrase it opens with that alone", async () => {
  const identity = await generateX25519Identity();
  const other = await generateX25519Identity();
  await writeBackup({ ...source, pictures }, file, { recipients: [await identityToRecipient(identity)] });
  expect(readFileSync(file).includes("ana@example.com")).toBe(false);
  await expect(restoreBackup(target, file)).rejects.toThrow(/is encrypted/);
  await expect(restoreBackup(target, file, { identities: [other] })).rejects.toThrow(/does not open/);
  await expect(restoreBackup(target, file, { identities: ["nonsense"] })).rejects.toThrow(/holds no age key/);
  await expect(restoreBackup(target, file, { passphrase: "wrong" })).rejects.toThrow(/does not open/);
  const bytes = readFileSync(file);
  writeFileSync(file, bytes.subarray(0, bytes.length - 40));
  await expect(restoreBackup(target, file, { identities: [identity] })).rejects.toThrow(
    /changed or damaged|cut short/,
  );
  writeFileSync(file, bytes);
  expect(await restoreBackup(target, file, { identities: [identity] })).toMatchObject({ pictures: 0 });
  await expect(writeBackup({ ...source, pictures }, file, { recipients: ["age1nonsense"] })).rejects.toThrow(
    /not an age recipient/,
  );
});

test("a file that is cut, changed, foreign or newer changes nothing, and is told for what it is", async () => {
  await writeBackup({ ...source, pictures }, file);
  const bytes = readFileSync(file);
  const plain = gunzipSync(bytes);
  const [head] = plain.toString("latin1").split("\n", 1);
  const withHead = (changes: object) =>
    gzipSync(
      Buffer.concat([
        Buffer.from(JSON.stringify({ ...JSON.parse(head ?? ""), ...changes })),
        plain.subarray(head?.length),
      ]),
    );
  const flipped = Buffer.from(plain);
  const at = flipped.indexOf("ana@example.com");
  flipped.write("eve", at);
  const bad: [Buffer, RegExp][] = [
    [bytes.subarray(0, bytes.length / 2), /cut short/],
    [gzipSync(plain.subarray(0, plain.length - 30)), /cut short|changed/],
    [gzipSync(plain.subarray(0, at)), /cut short/],
    [gzipSync(Buffer.concat([plain, Buffer.from("more")])), /changed or damaged/],
    [gzipSync(flipped), /changed or damaged/],
    [
      Buffer.concat([bytes.subarray(0, 500), randomBytes(200), bytes.subarray(700)]),
      /changed or damaged|cut short/,
    ],
    [gzipSync("PGDMP"), /cut short/],
    [Buffer.from("PGDMP, a dump of something"), /not a Sharewell backup/],
    [Buffer.alloc(0), /not a Sharewell backup/],
    [
      withHead({ migration: 9_999_999_999_999, version: "9.9.9" }),
      /made by Sharewell 9\.9\.9, which is newer/,
    ],
    [withHead({ migration: 1, version: "0.0.1" }), /whose tables this version does not know/],
    [withHead({ format: 2 }), /not a Sharewell backup/],
  ];
  for (const [content, words] of bad) {
    writeFileSync(file, content);
    await expect(restoreBackup(target, file)).rejects.toThrow(words);
  }
  const { rows } = await target.database.execute(
    sql`select 1 from pg_class where relname = 'users' and relnamespace = 'public'::regnamespace`,
  );
  expect(rows).toEqual([]);
  await expect(restoreBackup(target, join(folder, "none"))).rejects.toThrow(/cannot be read/);
  await expect(restoreBackup(target, folder)).rejects.toThrow(/cannot be read/);
});

test("a restore that was killed leaves a database that nothing starts on, and the next one begins anew", async () => {
  await writeBackup({ ...source, pictures }, file);
  await target.database.execute(sql`create table sharewell_restore_unfinished (since timestamptz)`);
  await target.database.execute(sql`create table users (id text)`);
  await expect(migrateDatabase(target)).rejects.toThrow(/was interrupted/);
  await restoreBackup(target, file);
  await migrateDatabase(target);
  expect(await target.database.select().from(users)).toHaveLength(1);
});

test("a backup of an older version is restored as that version had it, and brought up to this one", async () => {
  await writeBackup({ ...source, pictures }, file);
  const plain = gunzipSync(readFileSync(file)).toString("latin1").split("\n");
  const migration = 1_795_409_842_414;
  const old = openDatabase(await emptyDatabaseUrl(), () => {});
  const { migrateUpTo } = await import("../../src/database/copy/draft.ts");
  await migrateUpTo(old, migration);
  await old.database.execute(
    sql`insert into users (id, name, email) values ('ana', 'Ana', 'ana@example.com')`,
  );
  await writeBackup({ ...old, pictures }, file);
  await old.close();
  expect(plain[0]).not.toContain(String(migration));
  expect(await restoreBackup(target, file)).toMatchObject({ head: { migration }, rows: 1 });
  expect(await target.database.select().from(users)).toMatchObject([{ id: "ana", mailNotices: "problems" }]);
});

test("pictures that a bucket keeps are in it as well", async () => {
  const bucket = await startBucket();
  const address = new URL(bucket.settings.SOCIAL_PICTURES_S3_URL ?? "");
  const store = openPictureStore({
    address,
    region: bucket.settings.SOCIAL_PICTURES_S3_REGION ?? "",
    keyId: bucket.settings.SOCIAL_PICTURES_S3_KEY_ID ?? "",
    secret: bucket.settings.SOCIAL_PICTURES_S3_SECRET ?? "",
  });
  const bytes = randomBytes(200_000);
  await store.put("b", { bytes, type: "image/png" });
  await source.database
    .insert(publicPictures)
    .values({ nameHash: "b", type: "image/png", expiresAt: new Date() });
  expect(await writeBackup({ ...source, pictures: store }, file)).toMatchObject({ pictures: 1 });
  bucket.stop();
  await restoreBackup(target, file);
  const kept = await target.database.select().from(publicPictures);
  expect(kept.find(({ nameHash }) => nameHash === "b")?.bytes?.equals(bytes)).toBe(true);
});
