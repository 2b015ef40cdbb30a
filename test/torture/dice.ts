/** What a seed decides: the faults and kills of every round. When exactly a kill falls into a delivery stays chance. */
import type { Fault } from "../../emulator/faults.ts";
import { type NetworkName, networkNames } from "../../emulator/network.ts";

export interface Dice {
  /** From 0 up to, but not including, 1. */
  next(): number;
}

/** The generator "mulberry32": 32 bits of state are enough to play a round again. */
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

export const victims = ["web", "worker 1", "worker 2", "database"] as const;
export type Victim = (typeof victims)[number];

export interface Kill {
  readonly victim: Victim;
  readonly signal: "SIGKILL" | "SIGTERM";
  /** Since the round's start. */
  readonly afterMs: number;
}

export interface PlannedTrouble {
  readonly network: NetworkName;
  readonly endpoint: string;
  readonly fault: Fault;
}

export interface Round {
  readonly troubles: readonly PlannedTrouble[];
  readonly kills: readonly Kill[];
  /** How far all clocks move on before the round. */
  readonly passSeconds: number;
}

/** The calls that a share makes on its way, and those that keep its account connected. */
const endpoints: Readonly<Record<NetworkName, readonly string[]>> = {
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
};

/** Heavier where the doubt is: around the answer. */
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

const MINUTE = 60;

export function planRound({ next }: Dice): Round {
  const pick = <T>(list: readonly [T, ...T[]] | readonly T[]): T => {
    const found = list[Math.floor(next() * list.length)];
    if (found === undefined) throw new Error("There is nothing to pick from.");
    return found;
  };
  const troubles = Array.from({ length: Math.floor(next() * 5) }, () => {
    const network = pick(networkNames);
    return { network, endpoint: pick(endpoints[network]), fault: pick(faults) };
  });
  const kills: Kill[] = [];
  for (const victim of victims) {
    if (next() >= (victim === "database" ? 0.06 : 0.2)) continue;
    const signal = victim !== "database" && next() < 0.25 ? "SIGTERM" : "SIGKILL";
    kills.push({ victim, signal, afterMs: Math.floor(next() * 600) });
  }
  // Mostly a moment; sometimes the quarter of an hour that rate limits take.
  const passSeconds = next() < 0.04 ? 16 * MINUTE : next() * 20;
  return { troubles, kills, passSeconds };
}
