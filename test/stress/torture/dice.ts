/**
 * What a seed decides: the faults and kills of every round. The exact moment of a kill within a delivery stays random.
 */
import type { Fault } from "../../../emulator/control/faults.ts";
import { type PlatformName, platformNames } from "../../../src/platforms/networks.ts";
import { publishingCalls } from "../../harness/networks/calls.ts";

export interface Dice {
  /** From 0 up to, but not including, 1. */
  next(): number;
}

/** The generator "mulberry32": 32 bits of state are enough to repeat a round. */
export function rollDice(seed: number): Dice {
  let state = seed >>> 0;
  return {
    next: () => {
      state = (state + 0x6d2b79f5) >>> 0;
      let mixed = Math.imul(state ^ (state >>> 15), state | 1);
      mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
    },
  };
}

export function pick<T>({ next }: Dice, list: readonly T[]): T {
  const found = list[Math.floor(next() * list.length)];
  if (found === undefined) throw new Error("There is nothing to pick from.");
  return found;
}

export function shuffle<T>({ next }: Dice, list: readonly T[]): T[] {
  const ranked = list.map((item) => ({ item, rank: next() }));
  return ranked.toSorted((one, other) => one.rank - other.rank).map(({ item }) => item);
}

const victims = ["web", "worker 1", "worker 2", "database"] as const;
type Victim = (typeof victims)[number];

export interface Kill {
  readonly victim: Victim;
  readonly signal: "SIGKILL" | "SIGTERM";
  /** Since the round's start. */
  readonly afterMs: number;
}

export const upsetKinds = [
  "database silent",
  "database cut off",
  "clock jumps",
  "database put back",
  "standby promoted",
  "lagging standby promoted",
] as const;
type UpsetKind = (typeof upsetKinds)[number];

/** What happens to the database apart from being killed. */
export interface Upset {
  readonly kind: UpsetKind;
  /** Since the round's start or, if the database forgets something, since Ana got her answer. */
  readonly afterMs: number;
  readonly forMs: number;
  /** By how much the database's clock is wrong. */
  readonly aheadSeconds: number;
  /** Whether the service is stopped while the database is put back. */
  readonly isServiceStopped: boolean;
}

const HOUR = 3_600;

/** All kinds in turn, in a random order. */
export function* planUpsets(dice: Dice): Generator<Upset, never> {
  for (;;)
    for (const kind of shuffle(dice, upsetKinds))
      yield {
        kind,
        afterMs: Math.floor(dice.next() * 1_500),
        forMs: 1_000 + Math.floor(dice.next() * 7_000),
        aheadSeconds: pick(dice, [HOUR, -HOUR, 96 * HOUR, -96 * HOUR, 120]),
        isServiceStopped: dice.next() < 0.5,
      };
}

/** The database never learns again what it has forgotten. */
export function isForgetful({ kind }: Upset): boolean {
  return kind === "database put back" || kind === "lagging standby promoted";
}

export interface PlannedTrouble {
  readonly network: PlatformName;
  readonly endpoint: string;
  readonly fault: Fault;
}

/** How a network behaves until the next round. */
export interface PlannedHabit {
  readonly network: PlatformName;
  readonly switches: Readonly<Record<string, string | number>>;
}

export interface Round {
  readonly habits: readonly PlannedHabit[];
  readonly troubles: readonly PlannedTrouble[];
  readonly kills: readonly Kill[];
  readonly upset?: Upset | undefined;
  /** By how much all clocks advance before the round. */
  readonly passSeconds: number;
}

/** The calls that a share makes, and those that keep its account connected. */
const endpoints: Readonly<Record<PlatformName, readonly string[]>> = {
  mastodon: ["POST /api/v1/statuses", "GET /api/v1/accounts/:id/statuses"],
  twitter: ["POST /2/tweets", "POST /2/oauth2/token", "GET /2/users/:id/tweets"],
  facebook: ["POST /:version/:id/feed", "GET /:version/:id/feed"],
  instagram: [
    "GET /:version/:id/content_publishing_limit",
    "POST /:version/:id/media",
    "GET /:version/:id",
    "POST /:version/:id/media_publish",
  ],
  threads: ["POST /v1.0/:id/threads", "GET /v1.0/:id", "POST /v1.0/:id/threads_publish"],
  linkedin: ["POST /rest/images", "PUT /dms-uploads/:key/uploaded-image/0", "POST /rest/posts"],
  bluesky: [
    "POST /xrpc/com.atproto.repo.uploadBlob",
    "POST /xrpc/com.atproto.repo.putRecord",
    "POST /oauth/token",
    "GET /xrpc/com.atproto.repo.getRecord",
  ],
};

/** The calls that delete. */
const deletions: Readonly<Partial<Record<PlatformName, string>>> = {
  mastodon: "DELETE /api/v1/statuses/:id",
  twitter: "DELETE /2/tweets/:id",
  facebook: "DELETE /:version/:id",
  threads: "DELETE /v1.0/:id",
  linkedin: "DELETE /rest/posts/:urn",
  bluesky: "POST /xrpc/com.atproto.repo.deleteRecord",
};

/** Faults that may meet a person's own action. */
export function planDeletionTrouble(dice: Dice): PlannedTrouble[] {
  const network = pick(dice, platformNames);
  const endpoint = deletions[network];
  const fault = pick(dice, faults);
  return endpoint === undefined || dice.next() < 0.6 ? [] : [{ network, endpoint, fault }];
}

/** More likely where the doubt is: around the answer. */
const faults: readonly Fault[] = [
  { kind: "drop", when: "before" },
  { kind: "drop", when: "after" },
  { kind: "drop", when: "after" },
  { kind: "cut", at: "first-line" },
  { kind: "cut", at: "head" },
  { kind: "cut", at: "middle" },
  { kind: "cut", at: "last-byte" },
  { kind: "status", status: 503, html: "<h1>503</h1>" },
  { kind: "status", status: 500 },
  { kind: "status-after", status: 502 },
  { kind: "status-after", status: 500 },
  { kind: "rate-limit", headers: true },
  { kind: "rate-limit", headers: false },
  { kind: "delay", ms: 700 },
  { kind: "expire-token" },
  { kind: "revoke-token" },
];

/** Longer than a caller waits, and at most as long as the worst that was ever measured. */
const LATEST_SECONDS = 230;

/** One way to be late: "made late", after the caller was dropped or got 504, or what a network's switches do. */
type Lateness = "made late" | PlannedHabit["switches"];

/** Late lists and containers, and late posts. */
const latenesses: Readonly<Record<PlatformName, readonly Lateness[]>> = {
  mastodon: ["made late", { commitSeconds: 200 }, { listLagSeconds: 240 }],
  twitter: ["made late", { readableAfterSeconds: 240 }],
  facebook: ["made late", { readableAfterSeconds: 240 }],
  instagram: ["made late", { readableAfterSeconds: 240 }, { staleContainerSeconds: 240 }],
  threads: [
    "made late",
    { readableAfterSeconds: 240 },
    { staleContainerSeconds: 240 },
    { staleContainerSeconds: 240, publishedTwice: "not-found" },
  ],
  linkedin: ["made late"],
  bluesky: ["made late"],
};

/** If nothing is late: lists that are out of order, truncated, or partly hidden. */
const oddities: Readonly<Record<PlatformName, readonly PlannedHabit["switches"][]>> = {
  mastodon: [
    { listOrder: "oldest-first" },
    { listPages: "first-alone" },
    { listScope: "needed", listForStrangers: "refused" },
    { listScope: "as-stranger", listForStrangers: "partial" },
  ],
  twitter: [{ listOrder: "oldest-first" }, { listPageMost: 5 }],
  facebook: [{ listOrder: "oldest-first" }, { listOrder: "pinned-first" }, { listPageMost: 1 }],
  instagram: [{ listOrder: "pinned-first", listPageMost: 3 }],
  threads: [{ listPageMost: 1 }],
  linkedin: [],
  // A record is found by its own key, not in a list.
  bluesky: [],
};

/** In what way each network is late until the day ends. */
export type Day = Readonly<Record<PlatformName, Lateness>>;

/**
 * One way for each: a post that is made late and then listed late would be later than anything that was ever measured.
 */
export function planDay(dice: Dice): Day {
  const drawn = platformNames.map((network) => [network, pick(dice, latenesses[network])] as const);
  return Object.fromEntries(drawn) as Record<PlatformName, Lateness>;
}

/** Posts that are made after the caller gave up. */
export function planLate(dice: Dice, day: Day): PlannedTrouble[] {
  const network = pick(dice, platformNames);
  const seconds = Math.round(dice.next() * LATEST_SECONDS);
  const answer = pick(dice, ["none", "504"] as const);
  if (day[network] !== "made late") return [];
  return [{ network, endpoint: publishingCalls[network], fault: { kind: "late", seconds, answer } }];
}

const usualList = { readableAfterSeconds: 0, listOrder: "newest-first", listPageMost: 0 };

/** The values that undo them all. Each Mastodon server has its own. */
export const usualHabits: Readonly<Record<Exclude<PlatformName, "mastodon">, PlannedHabit["switches"]>> = {
  twitter: usualList,
  facebook: usualList,
  instagram: { ...usualList, staleContainerSeconds: 0 },
  threads: { ...usualList, staleContainerSeconds: 0, publishedTwice: "refused" },
  linkedin: {},
  bluesky: {},
};

/** In a third of the rounds, each network has one. */
export function planHabits(dice: Dice, day: Day): PlannedHabit[] {
  return platformNames.flatMap((network) => {
    const late = day[network];
    const all = late === "made late" ? oddities[network] : [...oddities[network], late];
    const switches = all.length === 0 ? undefined : pick(dice, all);
    return dice.next() < 0.7 || switches === undefined ? [] : [{ network, switches }];
  });
}

const MINUTE = 60;

export function planRound(dice: Dice): Round {
  const { next } = dice;
  const troubles = Array.from({ length: Math.floor(next() * 5) }, () => {
    const network = pick(dice, platformNames);
    return { network, endpoint: pick(dice, endpoints[network]), fault: pick(dice, faults) };
  });
  const kills: Kill[] = [];
  for (const victim of victims) {
    if (next() >= (victim === "database" ? 0.06 : 0.2)) continue;
    const signal = victim !== "database" && next() < 0.25 ? "SIGTERM" : "SIGKILL";
    kills.push({ victim, signal, afterMs: Math.floor(next() * 600) });
  }
  // Mostly a moment, sometimes the quarter of an hour of rate limits.
  const passSeconds = next() < 0.04 ? 16 * MINUTE : next() * 20;
  return { habits: [], troubles, kills, passSeconds };
}
