/**
 * New settings that are rolled out one process at a time: a process that lacks a network or a key leaves shares to
 * those that have it.
 */
import { eq } from "drizzle-orm";
import { pino } from "pino";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Connection } from "../../../src/connections/connection.ts";
import { disconnect } from "../../../src/connections/disconnect.ts";
import { rotateKeys } from "../../../src/connections/keys/rotate-keys.ts";
import { verifyDue } from "../../../src/connections/upkeep.ts";
import { verifyConnection } from "../../../src/connections/verify.ts";
import {
  mastodonApps,
  shareAttempts,
  shareDeletions,
  socialConnections,
  socialShares,
  users,
} from "../../../src/database/schema.ts";
import { startJobs } from "../../../src/service/jobs.ts";
import { type OpenRuntime, openRuntime } from "../../../src/service/runtime.ts";
import { continueDeletion } from "../../../src/sharing/deletion/deletion.ts";
import { deliver } from "../../../src/sharing/delivery/deliver.ts";
import { isSettled } from "../../../src/sharing/share.ts";
import { generateKey } from "../../../src/vault/fernet.ts";
import { openVault, parseKeyring } from "../../../src/vault/keyring.ts";
import { addPerson, connectAccount } from "../../harness/people/accounts.ts";
import { draftFor, shareTo, submit, untilSettled } from "../../harness/people/shares.ts";
import { startTestService, type TestService } from "../../harness/services/service.ts";
import { waitFor } from "../../harness/wait.ts";

let service: TestService;
let person: { id: string };
let others: OpenRuntime[];

beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service.stop());
beforeEach(async () => {
  await service.runtime.database.delete(users);
  person = await addPerson(service.runtime);
  others = [];
});
afterEach(() => Promise.all(others.map((other) => other.close())));

/** Another process on the same database, as far as the database and the networks can tell. */
async function openOther(changes: Partial<TestService["config"]>, worker = true): Promise<OpenRuntime> {
  const { config } = service;
  const log = pino({ level: "silent" });
  const other = await openRuntime({ ...config, ...changes }, { log, worker });
  others.push(other);
  return other;
}

function withoutLinkedin() {
  const platforms = Object.entries(service.config.platforms).filter(([name]) => !/LINKEDIN/.test(name));
  return openOther({ platforms: Object.fromEntries(platforms) });
}

/** A share that waits until it is delivered on command. */
async function waiting(connection: Connection): Promise<string> {
  const { runtime } = service;
  const draft = draftFor([connection], { at: new Date(Date.now() + 1_800_000) });
  const requestId = await submit(runtime, person, draft);
  const [share] = await runtime.database
    .update(socialShares)
    .set({ status: "queued", nextAttemptAt: new Date(Date.now() + 900_000) })
    .where(eq(socialShares.shareRequestId, requestId))
    .returning({ id: socialShares.id });
  return share?.id ?? "";
}

/** Its time has come: `by` is the first to claim it. */
async function deliverNow(by: OpenRuntime, shareId: string): Promise<void> {
  await deliver({ ...by, now: () => new Date(Date.now() + 901_000) }, shareId);
}

async function seen(shareId: string) {
  const { database } = service.runtime;
  const [row] = await database
    .select({ share: socialShares, connection: socialConnections })
    .from(socialShares)
    .innerJoin(socialConnections, eq(socialConnections.id, socialShares.connectionId))
    .where(eq(socialShares.id, shareId));
  const attempts = await database.$count(shareAttempts, eq(shareAttempts.shareId, shareId));
  return { share: row?.share, connection: row?.connection, attempts };
}

test("[rolling] a worker without a network's settings leaves its shares to one that has them", async () => {
  const connection = await connectAccount(service.runtime, person, { platform: "linkedin" });
  const lacking = await withoutLinkedin();
  const shareId = await waiting(connection);
  await deliverNow(lacking, shareId);
  expect(await seen(shareId)).toMatchObject({
    share: { status: "queued", leaseId: null, errorCode: null },
    attempts: 0,
  });
});

test("[rolling] where both take what comes, all goes out", async () => {
  const connection = await connectAccount(service.runtime, person, { platform: "linkedin" });
  const stopJobs = await startJobs(await withoutLinkedin());
  const drafts = Array.from({ length: 12 }, () => draftFor([connection]));
  const requests = await Promise.all(drafts.map((draft) => submit(service.runtime, person, draft)));
  for (const id of requests)
    expect(await untilSettled(service.runtime, person, id)).toMatchObject([{ status: "posted" }]);
  await stopJobs();
});

test("[rolling] where no worker has the network for long, the person is told", async () => {
  const connection = await connectAccount(service.runtime, person, { platform: "linkedin" });
  const lacking = await withoutLinkedin();
  const shareId = await waiting(connection);
  await deliver({ ...lacking, now: () => new Date(Date.now() + 6_000_000) }, shareId);
  expect(await seen(shareId)).toMatchObject({ share: { status: "failed", errorCode: "not-set-up" } });
});

test("[rolling] a worker with older keys leaves alone what is sealed under a newer one, and breaks no account", async () => {
  const { runtime, config } = service;
  const connection = await connectAccount(runtime, person, { platform: "twitter" });
  const key = generateKey();
  const newer = await openOther({ encryptionKeys: `${key},${config.encryptionKeys}` });
  await rotateKeys(newer);
  const shareId = await waiting(connection);
  await deliverNow({ ...runtime, lost: newer.lost, close: newer.close }, shareId);
  expect(await seen(shareId)).toMatchObject({
    share: { status: "queued", leaseId: null, errorCode: null },
    connection: { status: "active", tellAt: null },
    attempts: 0,
  });
  expect(await verifyConnection(runtime, person, connection.id)).toMatchObject({ outcome: "unknown" });
  expect(await verifyDue({ ...runtime, now: () => new Date(Date.now() + 90_000_000) })).toBe(0);
  expect(await seen(shareId)).toMatchObject({ connection: { status: "active", tellAt: null } });
  const settled = async () => {
    await deliverNow(newer, shareId);
    const { share } = await seen(shareId);
    return share !== undefined && isSettled(share.status) ? share.status : undefined;
  };
  expect(await waitFor("the worker with the key to share it", settled)).toBe("posted");
  await rotateKeys({
    database: runtime.database,
    vault: openVault(parseKeyring(`${config.encryptionKeys},${key}`)),
  });
});

test("[rolling] a process with older keys registers no second app at a server, and ends nothing that a newer one made", async () => {
  const { runtime, config } = service;
  const server = `gotosocial.localhost:${service.emulator.mastodon.port}`;
  const connection = await connectAccount(runtime, person, { platform: "mastodon", server });
  const key = generateKey();
  const newer = await openOther({ encryptionKeys: `${key},${config.encryptionKeys}` }, false);
  await rotateKeys(newer);
  const apps = () => runtime.database.$count(mastodonApps, eq(mastodonApps.instance, `http://${server}`));
  const before = await apps();
  await expect(connectAccount(runtime, person, { platform: "mastodon", server })).rejects.toThrow(/newest/);
  expect(await apps()).toBe(before);
  expect(await disconnect(runtime, person, connection.id)).toBe("disconnected, there later");
  await rotateKeys({
    database: runtime.database,
    vault: openVault(parseKeyring(`${config.encryptionKeys},${key}`)),
  });
});

describe("[rolling] a deletion", () => {
  async function posted(platform: "linkedin" | "twitter") {
    const connection = await connectAccount(service.runtime, person, { platform });
    const [share] = await shareTo(service.runtime, person, draftFor([connection]));
    return { connection, shareId: share?.id ?? "" };
  }

  /** It waits until a process is told to claim it. */
  async function asked(shareId: string) {
    const { database } = service.runtime;
    const at = new Date();
    await database.insert(shareDeletions).values({
      ...{ shareId, userId: person.id, state: "deleting", askedAt: at },
      nextAttemptAt: new Date(at.getTime() + 900_000),
    });
  }

  const take = (by: OpenRuntime, shareId: string) =>
    continueDeletion({ ...by, now: () => new Date(Date.now() + 901_000) }, shareId);
  const stored = async (shareId: string) => {
    const isIts = eq(shareDeletions.shareId, shareId);
    const [row] = await service.runtime.database.select().from(shareDeletions).where(isIts);
    return row;
  };
  const untouched = { state: "deleting", tries: 0, isDoubtful: false, leaseId: null, errorCode: null };

  test("is left by a worker without its network to one that has it", async () => {
    const { shareId } = await posted("linkedin");
    const lacking = await withoutLinkedin();
    await asked(shareId);
    await take(lacking, shareId);
    expect(await stored(shareId)).toMatchObject(untouched);
    await service.runtime.database.update(shareDeletions).set({ nextAttemptAt: null });
    await continueDeletion(service.runtime, shareId);
    expect(await stored(shareId)).toBeUndefined();
  });

  test("is left by a worker without the key of its tokens to one that has it", async () => {
    const { shareId } = await posted("twitter");
    const stranger = await openOther({ encryptionKeys: generateKey() });
    await asked(shareId);
    await take(stranger, shareId);
    expect(await stored(shareId)).toMatchObject(untouched);
  });

  test("that no worker can do is told, and nothing is called doubtful", async () => {
    const { shareId } = await posted("linkedin");
    const lacking = await withoutLinkedin();
    await asked(shareId);
    await service.runtime.database.update(shareDeletions).set({ tries: 5, askedAt: new Date(0) });
    await take(lacking, shareId);
    expect(await stored(shareId)).toMatchObject({ state: "failed", errorCode: "not-set-up" });
  });
});
