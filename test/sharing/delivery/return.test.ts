/**
 * What waits for an account continues in the transaction that marks the account as working. Nothing here would do it
 * later: whatever process dies after that transaction, nothing is left waiting.
 */
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { AccountShares } from "../../../src/connections/account-shares.ts";
import type { Connection } from "../../../src/connections/connection.ts";
import { disconnect } from "../../../src/connections/disconnect.ts";
import { reviveReadable } from "../../../src/connections/keys/unreadable.ts";
import { findChoice } from "../../../src/connections/oauth/choose.ts";
import { takeChoice } from "../../../src/connections/oauth/take-choice.ts";
import { verifyConnection } from "../../../src/connections/verify.ts";
import { socialConnections, socialShares } from "../../../src/database/schema.ts";
import { queueOf } from "../../../src/sharing/claims/queue.ts";
import { generateKey } from "../../../src/vault/fernet.ts";
import { openVault, parseKeyring } from "../../../src/vault/keyring.ts";
import { addPerson, connectAccount, dance } from "../../harness/people/accounts.ts";
import { draftFor, submit } from "../../harness/people/shares.ts";
import { startTwoWorkers, type TwoWorkers } from "../../harness/services/two-workers.ts";

let workers: TwoWorkers;
let service: TwoWorkers["a"];
let person: { id: string };
let connection: Connection;

beforeAll(async () => {
  workers = await startTwoWorkers();
  service = workers.a;
});
afterAll(() => workers.stop());
beforeEach(async () => {
  await workers.reset();
  person = await addPerson(service.runtime);
});

/** A share that met a dead grant, or whose answer was lost before the grant died. */
async function waitingShare(changes: Partial<typeof socialShares.$inferInsert> = {}): Promise<string> {
  const { database } = service.runtime;
  const requestId = await submit(
    service.runtime,
    person,
    draftFor([connection], { at: new Date(Date.now() + 86_400_000) }),
  );
  await database
    .update(socialConnections)
    .set({ status: "reconnect", errorCode: "withdrawn" })
    .where(eq(socialConnections.id, connection.id));
  const [share] = await database
    .update(socialShares)
    .set({ status: "reconnect", errorCode: "withdrawn", nextAttemptAt: null, ...changes })
    .where(eq(socialShares.shareRequestId, requestId))
    .returning({ id: socialShares.id });
  return share?.id ?? "";
}

/** Its state, and whether the queue has a job for it. */
async function standing(shareId: string) {
  const { database, queue } = service.runtime;
  const [share] = await database.select().from(socialShares).where(eq(socialShares.id, shareId));
  const jobs = await queue.findJobs<{ shareId: string }>(queueOf(connection.platform), { queued: true });
  return [share?.status, jobs.some(({ data }) => data.shareId === shareId)];
}

const sent = { firstSentAt: new Date(), sentAt: new Date(), sends: 1 };

test.each([
  { waiting: "was not sent", status: "reconnect", columns: {}, becomes: "queued" },
  { waiting: "may be out", status: "reconnect", columns: sent, becomes: "sending" },
  { waiting: "is in doubt", status: "unconfirmed", columns: sent, becomes: "sending" },
] as const)("what $waiting goes on as its account is connected again", async ({
  status,
  columns,
  becomes,
}) => {
  connection = await connectAccount(service.runtime, person, { platform: "twitter" });
  const shareId = await waitingShare({ ...columns, status });
  expect(await standing(shareId)).toEqual([status, false]);
  await connectAccount(service.runtime, person, { platform: "twitter" });
  expect(await standing(shareId)).toEqual([becomes, true]);
});

test("what waited goes on as its account is chosen again among several", async () => {
  connection = await connectAccount(service.runtime, person, { platform: "facebook" });
  const shareId = await waitingShare();
  const sessionId = crypto.randomUUID();
  const finished = await dance(service.runtime, { person, sessionId }, { platform: "facebook" });
  const choiceId = finished.outcome === "choose" ? finished.choiceId : "";
  const chooser = { person, sessionId };
  expect(await findChoice(service.runtime, chooser, choiceId)).toBeDefined();
  expect(await standing(shareId)).toEqual(["reconnect", false]);
  await takeChoice(service.runtime, chooser, choiceId, [connection.account.id]);
  expect(await standing(shareId)).toEqual(["queued", true]);
});

test("what waited goes on as its person has the network asked, and it says that all is well", async () => {
  connection = await connectAccount(service.runtime, person, { platform: "twitter" });
  const shareId = await waitingShare();
  expect(await verifyConnection(service.runtime, person, connection.id)).toEqual({ outcome: "active" });
  expect(await standing(shareId)).toEqual(["queued", true]);
});

test("what waited goes on as the key of its account is back", async () => {
  connection = await connectAccount(service.runtime, person, { platform: "twitter" });
  const { database } = service.runtime;
  const [row] = await database.select().from(socialConnections);
  const seal = (accessTokenEnc: string) => database.update(socialConnections).set({ accessTokenEnc });
  await seal(openVault(parseKeyring(generateKey())).encrypt("a token"));
  const shareId = await waitingShare();
  await database.update(socialConnections).set({ errorCode: "key-lost" });
  expect(await reviveReadable(service.runtime)).toEqual([]);
  await seal(row?.accessTokenEnc ?? "");
  expect(await reviveReadable(service.runtime)).toEqual([connection.id]);
  expect(await standing(shareId)).toEqual(["queued", true]);
});

/** A runtime whose process ends when it is about to do this with the shares of an account. */
function dyingAt(what: keyof AccountShares): TwoWorkers["a"]["runtime"] {
  const die = () => Promise.reject(new Error("The process ends here."));
  const { runtime } = service;
  return { ...runtime, accountShares: { ...runtime.accountShares, [what]: die } };
}

async function accountNow() {
  const [row] = await service.runtime.database.select().from(socialConnections);
  return { status: row?.status, isRevoked: row?.revokedAt !== null, hasTokens: row?.accessTokenEnc !== null };
}

test("a process that dies before it moves the shares has neither ended nor brought back their account", async () => {
  connection = await connectAccount(service.runtime, person, { platform: "twitter" });
  const shareId = await waitingShare();
  await expect(verifyConnection(dyingAt("release"), person, connection.id)).rejects.toThrow("ends here");
  expect(await accountNow()).toEqual({ status: "reconnect", isRevoked: false, hasTokens: true });
  const again = connectAccount(dyingAt("release"), person, { platform: "twitter" });
  await expect(again).rejects.toThrow();
  expect(await accountNow()).toEqual({ status: "reconnect", isRevoked: false, hasTokens: true });
  await expect(disconnect(dyingAt("end"), person, connection.id)).rejects.toThrow("ends here");
  expect(await accountNow()).toEqual({ status: "reconnect", isRevoked: false, hasTokens: true });
  expect(await standing(shareId)).toEqual(["reconnect", false]);
  await disconnect(service.runtime, person, connection.id);
  expect(await standing(shareId)).toEqual(["cancelled", false]);
});
