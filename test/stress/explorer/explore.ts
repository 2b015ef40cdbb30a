/** Runs one schedule by its kind and seed: the scene, everybody at once, then peace, and the broken promises. */
import { and, eq } from "drizzle-orm";
import { parsePlatformName } from "../../../src/connections/connection.ts";
import { shareAttempts, socialConnections, socialShares } from "../../../src/database/schema.ts";
import { deliver } from "../../../src/sharing/delivery/deliver.ts";
import { releaseShares } from "../../../src/sharing/delivery/release.ts";
import { connectAccount, NotConnected } from "../../harness/people/accounts.ts";
import type { Play } from "./acts/act.ts";
import { readShares } from "./acts/shares.ts";
import { deliverOne } from "./acts/workers.ts";
import { accounts } from "./invariants/accounts.ts";
import { life } from "./invariants/life.ts";
import { outcomes } from "./invariants/outcomes.ts";
import { stops } from "./invariants/stops.ts";
import { telling } from "./invariants/telling.ts";
import { type Kind, plays } from "./kinds.ts";
import type { Laboratory } from "./laboratory.ts";
import { calls, planFault } from "./networks.ts";
import { makePeace } from "./peace.ts";
import { type Aftermath, readRecord } from "./record.ts";
import { type Chance, chanceOf, choiceOf, inOrder, type Scene, setScene, type Wrong } from "./scene.ts";
import { Scheduler } from "./scheduler.ts";
import { nameAll, replaceIds, tellStory } from "./story.ts";

export interface Break {
  readonly kind: Kind;
  readonly seed: number;
  readonly wrongs: readonly Wrong[];
  /** What happened, in order, one line each. */
  readonly story: readonly string[];
}

const invariants = [...outcomes, ...stops, ...accounts, ...telling, ...life];

/** @returns undefined if all promises were kept */
export async function explore(laboratory: Laboratory, kind: Kind, seed: number): Promise<Break | undefined> {
  const scene = await setScene(laboratory, kind, seed);
  const chance = chanceOf(seed, `${kind} acts`);
  await prepare(scene, chance);
  await playAll(scene, await planTasks(scene, chance));
  const wrongs = new Map<string, string>();
  const record = await readAfterPeace(scene);
  lookFor(record, wrongs);
  const connected = await connectAll(scene);
  if (connected !== "nobody") {
    // If all were connected, nothing has changed since.
    const after = connected === "all were" ? record : await readAfterPeace(scene);
    lookFor({ ...after, isConnectedAgain: true }, wrongs);
  }
  for (const { what, details } of scene.wrongs) wrongs.set(what, details);
  if (wrongs.size === 0) return undefined;
  const journal = await laboratory.journal.read();
  const names = nameAll(scene, journal);
  return {
    ...{ kind, seed },
    wrongs: [...wrongs].map(([what, details]) => ({ what, details: replaceIds(details, names) })),
    story: tellStory(names, journal),
  };
}

async function playAll({ laboratory, kind, seed }: Scene, tasks: Map<string, () => Promise<void>>) {
  const { stage, journal } = laboratory;
  const { dice } = chanceOf(seed, `${kind} order`);
  const scheduler = new Scheduler({ dice, countLockWaits: () => journal.countLockWaits() });
  stage.scheduler = scheduler;
  await scheduler.run(tasks);
  stage.scheduler = undefined;
}

/** Everybody who acts: a worker for each share, and up to three others who do one thing after another. */
async function planTasks(scene: Scene, chance: Chance): Promise<Map<string, () => Promise<void>>> {
  const tasks = new Map<string, () => Promise<void>>();
  const add = (name: string, list: readonly Play[]) => {
    const own = chanceOf(scene.seed, `${scene.kind} ${name}`);
    tasks.set(name, async () => {
      for (const play of list) await play(scene, own);
    });
  };
  const shares = inOrder(scene, await scene.laboratory.A.database.select().from(socialShares));
  for (const [place, { id }] of shares.entries()) add(`worker ${place + 1}`, [deliverOne(id)]);
  const lists: Play[][] = [[], [], []];
  const number = 2 + Math.floor(chance.dice.next() * 5);
  for (let count = 0; count < number; count += 1) chance.pick(lists).push(chance.pick(plays[scene.kind]));
  for (const [place, list] of lists.entries()) if (list.length > 0) add(`somebody ${place + 1}`, list);
  return tasks;
}

/** What has happened before a schedule of some kinds begins. */
async function prepare(scene: Scene, chance: Chance): Promise<void> {
  const { laboratory, kind, networks } = scene;
  const { emulator } = laboratory;
  const publish = (fault: Parameters<typeof planFault>[3]) => {
    for (const name of networks) planFault(emulator, name, calls[name].publish, fault);
  };
  if (kind === "schedule" && chance.happens(0.8)) await laboratory.pass(3_595 + chance.dice.next() * 10);
  if (kind === "delete" || (kind === "mixed" && chance.happens(0.3))) await deliverEach(scene);
  if (kind === "notices") publish({ kind: "revoke-token" });
  if (kind !== "resolve") return;
  publish({ kind: "drop", when: chance.happens(0.5) ? "before" : "after" });
  await deliverEach(scene);
  await leaveInDoubt(scene);
}

async function deliverEach(scene: Scene): Promise<void> {
  for (const { id } of await readShares(scene)) await deliver(scene.laboratory.A, id);
}

/** As if all looks had been without result. */
async function leaveInDoubt({ laboratory: { A }, requestId }: Scene): Promise<void> {
  const now = A.now();
  const doubtful = await A.database
    .update(socialShares)
    .set({ status: "unconfirmed", leaseId: null, leaseUntil: null, nextAttemptAt: null, updatedAt: now })
    .where(and(eq(socialShares.shareRequestId, requestId), eq(socialShares.status, "sending")))
    .returning({ id: socialShares.id });
  if (doubtful.length === 0) return;
  await A.database.insert(shareAttempts).values(
    doubtful.map(({ id }) => ({
      ...{ shareId: id, startedAt: now, endedAt: now },
      ...{ action: "reconcile" as const, result: "unconfirmed" },
    })),
  );
}

async function readAfterPeace(scene: Scene): Promise<Aftermath> {
  const stuck = await makePeace(scene);
  return await readRecord(scene, { stuck, isConnectedAgain: false });
}

function lookFor(record: Aftermath, wrongs: Map<string, string>): void {
  for (const { wrong, find } of invariants) {
    const [found] = find(record);
    if (found !== undefined && !wrongs.has(wrong)) wrongs.set(wrong, found);
  }
}

/**
 * Ana reconnects everything that is disconnected or broken: what was stopped must not come back. "nobody": she cannot.
 */
async function connectAll(scene: Scene): Promise<"nobody" | "all were" | "all are"> {
  const { laboratory, ana } = scene;
  const { A, journal } = laboratory;
  const person = await A.database.query.users.findFirst({ where: ({ id }) => eq(id, ana.id) });
  if (person === undefined || person.blockedAt !== null) return "nobody";
  let came: "all were" | "all are" = "all were";
  const rows = await A.database.select().from(socialConnections).where(eq(socialConnections.userId, ana.id));
  for (const row of rows) {
    const isForgotten = row.platformUserId.startsWith("forgotten:");
    if (isForgotten || (row.revokedAt === null && row.status === "active")) continue;
    came = "all are";
    await journal.write("act", `Afterwards Ana connects again: ${row.platform}`);
    const pick = row.platform === "facebook" ? { pick: row.displayName } : {};
    const choice = choiceOf(laboratory, parsePlatformName(row.platform));
    const connected = await connectAccount(A, ana, { ...choice, ...pick }).catch((error: unknown) => {
      // It is Ben's by now.
      if (error instanceof NotConnected) return undefined;
      throw error;
    });
    if (connected !== undefined) await releaseShares(A, [connected.id]);
  }
  return came;
}
