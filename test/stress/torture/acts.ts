/** What people do at random while everything breaks, and what they were promised. */
import { setTimeout as pause } from "node:timers/promises";
import { and, desc, eq, inArray, isNull, ne, type SQL, sql } from "drizzle-orm";
import { shareDeletions, socialConnections, socialShares } from "../../../src/database/schema.ts";
import { type PlatformName, platformNames } from "../../../src/platforms/networks.ts";
import { waitFor } from "../../harness/wait.ts";
import { arrive, type Ben, leaveForGood } from "./ben.ts";
import { type Dice, pick } from "./dice.ts";
import type { World } from "./world.ts";

const actKinds = [
  "cancel all",
  "cancel one",
  "delete",
  "stop deleting",
  "disconnect",
  "block Ana",
  "block Ben",
  "leave",
] as const;
type ActKind = (typeof actKinds)[number];

export interface PlannedAct {
  readonly kind: ActKind;
  readonly network: PlatformName;
  /** Since the round's start. */
  readonly afterMs: number;
}

/** How likely each is in a round. Ben needs a sign-up and accounts at all networks each time. */
const chances: Readonly<Record<ActKind, number>> = {
  "cancel all": 0.15,
  "cancel one": 0.15,
  delete: 0.35,
  "stop deleting": 0.08,
  disconnect: 0.15,
  // Each cancels everything that waits, and so leaves less to go wrong.
  "block Ana": 0.03,
  "block Ben": 0.04,
  leave: 0.06,
};

/** These dice are separate, so that a seed keeps its faults and kills. */
export function planActs(dice: Dice): PlannedAct[] {
  const drawn = actKinds.filter((kind) => dice.next() < chances[kind]);
  return (
    drawn
      // The networks know one Ben, and an account belongs to one person.
      .filter((kind) => kind !== "leave" || !drawn.includes("block Ben"))
      .map((kind) => ({ kind, network: pick(dice, platformNames), afterMs: Math.floor(dice.next() * 900) }))
  );
}

/** What is compared with the networks at the end. */
export interface Promises {
  /** Shares that must not pass their fence any more, the reason, and when they last did. */
  readonly stopped: Map<string, { readonly why: string; readonly sentAt: number }>;
  /** Words in the posts of people who left. */
  readonly left: string[];
  /** Posts that must never exist: shares that had not gone out when their person was blocked. */
  readonly never: { readonly platform: string; readonly message: string }[];
  readonly counts: Map<ActKind, number>;
}

export function makePromises(): Promises {
  return { stopped: new Map(), left: [], never: [], counts: new Map() };
}

/** @param requests newest last */
export async function act(
  world: World,
  promises: Promises,
  requests: readonly string[],
  { kind, network, afterMs }: PlannedAct,
): Promise<void> {
  await pause(afterMs);
  promises.counts.set(kind, (promises.counts.get(kind) ?? 0) + 1);
  const newest = requests.at(-1);
  switch (kind) {
    case "cancel all":
    case "cancel one":
      if (newest !== undefined) await cancel(world, promises, { kind, network, request: newest });
      return;
    case "delete":
      return await press(world, await findPosted(world, network), (id) => `/social/delete/${id}/`);
    case "stop deleting":
      return await press(world, await findLeaving(world), (id) => `/social/delete/${id}/stop/`);
    case "disconnect":
      return await disconnectAndBack(world, promises, network);
    case "block Ana":
      return await blockAndBack(world, promises, world.person);
    case "block Ben":
    case "leave":
      return await visit(world, promises, kind);
  }
}

async function press(world: World, id: string | undefined, path: (id: string) => string): Promise<void> {
  if (id !== undefined) await insist(world, path(id));
}

/** Repeats it, as a person does who got no answer, or was signed out meanwhile. */
async function insist(world: World, path: string): Promise<void> {
  await waitFor(
    `an answer to ${path}`,
    async () => {
      const answer = await world.visitor.post(path, {}).catch(() => undefined);
      if (answer?.headers.get("location")?.includes("/login/")) await world.signIn();
      else if (answer !== undefined && answer.status < 500) return true;
      return undefined;
    },
    120_000,
    100,
  );
}

async function cancel(
  world: World,
  promises: Promises,
  { kind, network, request }: { kind: ActKind; network: PlatformName; request: string },
): Promise<void> {
  const isOfRequest = eq(socialShares.shareRequestId, request);
  const one = world.connections.find(({ platform }) => platform === network);
  if (kind === "cancel all") await insist(world, `/social/share/${request}/cancel/`);
  else {
    const [share] = await world.patiently(() =>
      world.runtime.database
        .select({ id: socialShares.id })
        .from(socialShares)
        .where(and(isOfRequest, eq(socialShares.connectionId, one?.id ?? ""))),
    );
    await press(world, share?.id, (id) => `/social/cancel/${id}/`);
  }
  await note(world, promises, "cancelled", and(isOfRequest, eq(socialShares.status, "cancelled")));
}

/** Remembers what is stopped now, which must stay so. */
async function note(world: World, { stopped }: Promises, why: string, which: SQL | undefined): Promise<void> {
  const { id, sentAt } = socialShares;
  const rows = await world.patiently(() =>
    world.runtime.database.select({ id, sentAt }).from(socialShares).where(which),
  );
  for (const row of rows) stopped.set(row.id, { why, sentAt: row.sentAt?.getTime() ?? 0 });
}

/** One of the latest deletable posts of any of her accounts there. */
async function findPosted({ runtime, connections, patiently }: World, network: PlatformName) {
  const ids = connections.filter(({ platform }) => platform === network).map(({ id }) => id);
  const isThere = and(eq(socialShares.status, "posted"), isNull(socialShares.deletedAt));
  const [share] = await patiently(() =>
    runtime.database
      .select({ id: socialShares.id })
      .from(socialShares)
      .where(and(inArray(socialShares.connectionId, ids), isThere))
      .orderBy(desc(socialShares.createdAt), sql`random()`)
      .limit(1),
  );
  return share?.id;
}

async function findLeaving({ runtime, patiently }: World): Promise<string | undefined> {
  const [row] = await patiently(() =>
    runtime.database.select().from(shareDeletions).where(eq(shareDeletions.state, "deleting")).limit(1),
  );
  return row?.shareId;
}

async function disconnectAndBack(world: World, promises: Promises, network: PlatformName): Promise<void> {
  const { runtime, connections, patiently } = world;
  const connectionId = connections.find(({ platform }) => platform === network)?.id ?? "";
  // Anything requested from here on may find the account connected again.
  const before = await patiently(() =>
    runtime.database
      .select({ id: socialShares.id })
      .from(socialShares)
      .where(and(eq(socialShares.connectionId, connectionId), ne(socialShares.status, "posted"))),
  );
  await insist(world, `/social/disconnect/${connectionId}/`);
  const ids = before.map(({ id }) => id);
  await note(world, promises, "disconnected", inArray(socialShares.id, ids));
  await pause(100);
  await patiently(() => world.reconnect());
}

/** An operator blocks a person for a moment. */
async function blockAndBack(
  world: World,
  promises: Promises,
  { id }: { readonly id: string },
): Promise<void> {
  await world.operate(`/admin/people/${id}/block/`);
  await note(world, promises, "blocked", and(eq(socialShares.userId, id), ne(socialShares.status, "posted")));
  await pause(150);
  await world.operate(`/admin/people/${id}/unblock/`);
}

/** Ben shares, and leaves while it is under way. An operator may have blocked him for a moment before that. */
async function visit(world: World, promises: Promises, kind: "block Ben" | "leave"): Promise<void> {
  const ben = await arrive(world);
  promises.left.push(ben.message);
  if (kind === "block Ben") {
    await blockAndBack(world, promises, ben);
    for (const platform of await findCancelled(world, ben))
      promises.never.push({ platform, message: ben.message });
  }
  await leaveForGood(world, ben);
}

async function findCancelled({ runtime, patiently }: World, { id }: Ben): Promise<string[]> {
  const { userId, status, connectionId } = socialShares;
  const rows = await patiently(() =>
    runtime.database
      .select({ platform: socialConnections.platform })
      .from(socialShares)
      .innerJoin(socialConnections, eq(socialConnections.id, connectionId))
      .where(and(eq(userId, id), eq(status, "cancelled"))),
  );
  return rows.map(({ platform }) => platform);
}

/** What was stopped and went out all the same, in one line each. */
export async function findBroken({ runtime, patiently }: World, { stopped }: Promises): Promise<string[]> {
  const { id, sentAt, lookSince } = socialShares;
  const rows = await patiently(() =>
    runtime.database
      .select({ id, sentAt, lookSince })
      .from(socialShares)
      .where(inArray(id, [...stopped.keys()])),
  );
  return rows.flatMap((row) => {
    const { why, sentAt: before } = stopped.get(row.id) ?? { why: "", sentAt: 0 };
    // A share in doubt after the database went back counts as sent, until it passes its fence again.
    const isBroken = row.lookSince === null && (row.sentAt?.getTime() ?? 0) > before;
    return isBroken ? [`${row.id} was ${why}, and passed its fence after that`] : [];
  });
}
