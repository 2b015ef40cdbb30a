/** Rotating keys: everything is re-encrypted, at any moment, while the service runs. */
import { getTableColumns, getTableName, is, sql } from "drizzle-orm";
import { PgTable } from "drizzle-orm/pg-core";
import { afterEach, beforeEach, expect, test } from "vitest";
import { rotateKeys, sealedColumns } from "../../src/connections/keys/rotate-keys.ts";
import * as schema from "../../src/database/schema.ts";
import { mastodonApps, oauthStates, socialConnections, users } from "../../src/database/schema.ts";
import { generateKey } from "../../src/vault/fernet.ts";
import { openVault, parseKeyring, type Vault } from "../../src/vault/keyring.ts";
import { type FreshDatabase, freshDatabase } from "../harness/database/database.ts";
import { waitFor } from "../harness/wait.ts";

const [oldKey, newKey] = [generateKey(), generateKey()];
const before = openVault(parseKeyring(oldKey));
const both = openVault(parseKeyring(`${newKey},${oldKey}`));
const after = openVault(parseKeyring(newKey));
const ana = { id: "ana", name: "Ana", email: "ana@example.com" };

let open: FreshDatabase;

beforeEach(async () => {
  open = await freshDatabase();
  await open.database.insert(users).values(ana);
});
afterEach(() => open.close());

/** The connection number `count`: its tokens contain the number, and its id keeps the order. */
function connection(count: number, vault: Vault = before): typeof socialConnections.$inferInsert {
  return {
    id: idOf(count),
    userId: ana.id,
    platform: "mastodon",
    platformUserId: `${count}`,
    platformUsername: "@ana",
    displayName: "Ana",
    accessTokenEnc: vault.encrypt(`access ${count}`),
    refreshTokenEnc: count % 2 === 0 ? null : vault.encrypt(`refresh ${count}`),
    scopes: "read write",
    extraData: {},
  };
}

function idOf(count: number): string {
  return `00000000-0000-4000-8000-${String(count).padStart(12, "0")}`;
}

async function addConnections(count: number): Promise<void> {
  const rows = Array.from({ length: count }, (_, index) => connection(index + 1));
  await open.database.insert(socialConnections).values(rows);
}

async function readConnections() {
  return await open.database.select().from(socialConnections).orderBy(socialConnections.id);
}

async function addAppAndDance(): Promise<void> {
  await open.database.insert(mastodonApps).values({
    instance: "https://mastodon.example",
    clientId: "app",
    clientSecretEnc: before.encrypt("app's secret"),
    scopes: "read write",
    redirectUri: "https://share.example/social/callback/mastodon/",
  });
  await open.database.insert(oauthStates).values({
    stateHash: "hash",
    userId: ana.id,
    sessionId: "session",
    platform: "twitter",
    codeVerifierEnc: before.encrypt("verifier"),
    remembered: {},
    returnTo: "/social/",
    expiresAt: new Date("2026-03-12T10:00:00Z"),
  });
}

/** Resolves once somebody waits for a lock in this database. */
async function untilSomebodyWaits(): Promise<void> {
  await waitFor("a transaction to wait for a lock", async () => {
    const { rows } = await open.pool.query(
      "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
    );
    return rows.length > 0 || undefined;
  });
}

test("every column that holds ciphertext is rotated", () => {
  const inSchema = Object.values(schema)
    .flatMap((each) => (is(each, PgTable) ? Object.values(getTableColumns(each)) : []))
    .map((column) => `${getTableName(column.table)}.${column.name}`)
    .filter((name) => name.endsWith("_enc"));
  const rotated = sealedColumns.map(({ column }) => `${getTableName(column.table)}.${column.name}`);
  expect(inSchema.length).toBeGreaterThan(3);
  expect([...rotated].sort()).toEqual(inSchema.sort());
});

test("every column's rows are walked by their table's primary key", () => {
  expect(sealedColumns.map(({ key, column }) => [key.primary, key.table === column.table])).toEqual(
    sealedColumns.map(() => [true, true]),
  );
});

test("all secrets are re-encrypted, and nothing else changes", async () => {
  await addConnections(3);
  await addAppAndDance();
  const [earlier] = await readConnections();
  expect(await rotateKeys({ database: open.database, vault: both })).toMatchObject({ seen: 7, changed: 7 });

  const [ana1, ana2, ana3] = await readConnections();
  const [app] = await open.database.select().from(mastodonApps);
  const [dance] = await open.database.select().from(oauthStates);
  const sealed = [
    ana1?.accessTokenEnc,
    ana1?.refreshTokenEnc,
    ana2?.accessTokenEnc,
    ana3?.accessTokenEnc,
    ana3?.refreshTokenEnc,
    app?.clientSecretEnc,
    dance?.codeVerifierEnc,
  ];
  expect(sealed.map((each) => after.decrypt(each ?? ""))).toEqual([
    ...["access 1", "refresh 1", "access 2", "access 3", "refresh 3"],
    ...["app's secret", "verifier"],
  ]);
  expect(ana2?.refreshTokenEnc).toBeNull();
  expect(ana1).toEqual({
    ...earlier,
    accessTokenEnc: ana1?.accessTokenEnc,
    refreshTokenEnc: ana1?.refreshTokenEnc,
  });
});

test("a repetition changes nothing", async () => {
  await addConnections(3);
  await addAppAndDance();
  await rotateKeys({ database: open.database, vault: both });
  const rows = await readConnections();
  expect(await rotateKeys({ database: open.database, vault: both })).toMatchObject({ seen: 7, changed: 0 });
  expect(await readConnections()).toEqual(rows);
});

test("an empty database has nothing to rotate", async () => {
  expect(await rotateKeys({ database: open.database, vault: both })).toMatchObject({ seen: 0, changed: 0 });
});

test("more rows than a batch, and exactly a batch, are all re-encrypted", async () => {
  await addConnections(400);
  // Both 400 access tokens and 200 refresh tokens fill their last batch.
  expect(await rotateKeys({ database: open.database, vault: both })).toMatchObject({
    seen: 600,
    changed: 600,
  });
  const rows = await readConnections();
  expect(rows.map(({ accessTokenEnc }) => after.decrypt(accessTokenEnc ?? ""))).toEqual(
    rows.map((_, index) => `access ${index + 1}`),
  );
  expect(
    rows.every(({ refreshTokenEnc }) => refreshTokenEnc === null || after.isCurrent(refreshTokenEnc)),
  ).toBe(true);
});

test("an interruption loses nothing, and the next run goes on from there", async () => {
  await addConnections(450);
  let left = 250;
  const broken: Vault = {
    ...both,
    rotate: (sealed) => {
      if (left === 0) throw new Error("the machine stopped");
      left -= 1;
      return both.rotate(sealed);
    },
  };
  await expect(rotateKeys({ database: open.database, vault: broken })).rejects.toThrow("the machine stopped");

  const halfway = await readConnections();
  expect(halfway.filter(({ accessTokenEnc }) => after.isCurrent(accessTokenEnc ?? ""))).toHaveLength(240);
  expect(halfway.map(({ accessTokenEnc }) => both.decrypt(accessTokenEnc ?? ""))).toEqual(
    halfway.map((_, index) => `access ${index + 1}`),
  );

  const { seen, changed } = await rotateKeys({ database: open.database, vault: both });
  expect([seen, changed]).toEqual([675, 435]);
  expect((await readConnections()).every((row) => after.isCurrent(row.accessTokenEnc ?? ""))).toBe(true);
});

test("a token that the service refreshes meanwhile is kept", async () => {
  await addConnections(3);
  let rotation: ReturnType<typeof rotateKeys> | undefined;
  await open.database.transaction(async (service) => {
    await service.execute(sql`select 1 from social_connections where id = ${idOf(2)} for update`);
    rotation = rotateKeys({ database: open.database, vault: both });
    await untilSomebodyWaits();
    await service.execute(
      sql`update social_connections set access_token_enc = ${before.encrypt("fresh access")}, refresh_token_enc = ${both.encrypt("fresh refresh")} where id = ${idOf(2)}`,
    );
  });
  expect(await rotation).toMatchObject({ seen: 6, changed: 5 });
  const [, refreshed] = await readConnections();
  expect(after.decrypt(refreshed?.accessTokenEnc ?? "")).toBe("fresh access");
  expect(after.decrypt(refreshed?.refreshTokenEnc ?? "")).toBe("fresh refresh");
});

test("an account that is disconnected meanwhile stays without tokens, and the rows behind it are rotated", async () => {
  await addConnections(203);
  let rotation: ReturnType<typeof rotateKeys> | undefined;
  await open.database.transaction(async (service) => {
    await service.execute(sql`select 1 from social_connections where id = ${idOf(2)} for update`);
    rotation = rotateKeys({ database: open.database, vault: both });
    await untilSomebodyWaits();
    await service.execute(
      sql`update social_connections set access_token_enc = null, refresh_token_enc = null, revoked_at = now() where id = ${idOf(2)}`,
    );
  });
  expect(await rotation).toMatchObject({ seen: 304, changed: 304 });
  const [, revoked, ...others] = await readConnections();
  expect([revoked?.accessTokenEnc, revoked?.refreshTokenEnc]).toEqual([null, null]);
  expect(others.every(({ accessTokenEnc }) => after.isCurrent(accessTokenEnc ?? ""))).toBe(true);
});

test("an account that is connected meanwhile keeps its tokens, and a repetition reaches those under the old key", async () => {
  await addConnections(3);
  let isFirst = true;
  const beside: Promise<unknown>[] = [];
  const vault: Vault = {
    ...both,
    rotate: (sealed) => {
      if (isFirst)
        beside.push(
          open.database
            .insert(socialConnections)
            .values([connection(0), connection(4, both)])
            .execute(),
        );
      isFirst = false;
      return both.rotate(sealed);
    },
  };
  await rotateKeys({ database: open.database, vault });
  await Promise.all(beside);
  await rotateKeys({ database: open.database, vault: both });
  const rows = await readConnections();
  expect(rows.map(({ accessTokenEnc }) => after.decrypt(accessTokenEnc ?? ""))).toEqual(
    [0, 1, 2, 3, 4].map((count) => `access ${count}`),
  );
  expect(await rotateKeys({ database: open.database, vault: both })).toMatchObject({ changed: 0 });
});

test("disconnected accounts, which have no tokens, are passed over", async () => {
  await addConnections(2);
  await open.database.insert(socialConnections).values({
    ...connection(3),
    ...{ accessTokenEnc: null, refreshTokenEnc: null, revokedAt: new Date() },
  });
  expect(await rotateKeys({ database: open.database, vault: both })).toMatchObject({ seen: 3, changed: 3 });
  const [, , revoked] = await readConnections();
  expect([revoked?.accessTokenEnc, revoked?.refreshTokenEnc]).toEqual([null, null]);
});

test("two rotations at once do no harm", async () => {
  await addConnections(250);
  const runs = await Promise.all([1, 2].map(() => rotateKeys({ database: open.database, vault: both })));
  expect(runs.reduce((sum, { changed }) => sum + changed, 0)).toBe(375);
  const rows = await readConnections();
  expect(rows.map(({ accessTokenEnc }) => after.decrypt(accessTokenEnc ?? ""))).toEqual(
    rows.map((_, index) => `access ${index + 1}`),
  );
});

test("a secret that no key opens is left as it is, and counted", async () => {
  await addConnections(1);
  const [row] = await readConnections();
  const rotation = await rotateKeys({ database: open.database, vault: after });
  expect(rotation).toMatchObject({ changed: 0, unreadable: rotation.seen });
  expect(rotation.unreadable).toBeGreaterThan(0);
  expect(await readConnections()).toEqual([row]);
});
