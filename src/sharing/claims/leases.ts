/** The leases of this process. Those of the same moment go to the database in one statement. */
import { randomUUID } from "node:crypto";
import { batched } from "../../database/batched.ts";
import { knownBeat } from "../../database/heartbeat/heartbeat.ts";
import { toStorableJson } from "../../database/storable.ts";
import type { SharingRuntime } from "../runtime.ts";
import type { Lease } from "./lease.ts";
import { type Given, leaseStatements } from "./lease-statements.ts";

type Claimed = Pick<Lease, "row" | "connection" | "request" | "isLimited" | "id">;

/** The statements of this process about its leases. Those of the same moment go to the database together. */
export interface Leases {
  claim(shareId: string): Promise<Claimed | "taken">;
  renew(given: Given): Promise<"kept" | "lost">;
  remember(given: Given): Promise<"kept" | "lost">;
  passFence(given: Given): Promise<"kept" | "lost">;
  /** The ids of the leases that it holds, by share. */
  readonly held: Map<string, string>;
}

const known = new WeakMap<SharingRuntime, Leases>();

/** Returns the leases of this process. */
export function leasesOf(runtime: SharingRuntime): Leases {
  const leases = known.get(runtime) ?? createLeases(runtime);
  known.set(runtime, leases);
  return leases;
}

function createLeases({ database, config, now }: SharingRuntime): Leases {
  const { leaseSeconds } = config;
  const prepared = leaseStatements(database);
  type Write = (values: Record<string, unknown>) => Promise<{ id: string }[]>;
  const write = (execute: Write) =>
    batched(async (items: readonly Given[]) => {
      const rows = await execute({ ...namesOf(items), leaseSeconds, now: now() });
      const kept = new Set(rows.map(({ id }) => id));
      return items.map(({ id }) => (kept.has(id) ? ("kept" as const) : ("lost" as const)));
    });
  return {
    held: new Map(),
    claim: batched(async (ids: readonly string[]) => {
      const id = randomUUID();
      const { beat = 0, life = null, mark = "" } = knownBeat(database) ?? {};
      const rows = await prepared.claim.execute({
        ...{ ids, lease: id, leaseSeconds, beat, life, mark },
        now: now(),
      });
      const free = new Map(rows.map((row) => [row.id, row]));
      return ids.map((shareId) => {
        const found = free.get(shareId);
        // Of two jobs for one share, only one gets it.
        if (found === undefined || !free.delete(shareId)) return "taken" as const;
        const { social_connections, share_requests, rate_budgets, named: _locked, ...row } = found;
        const isLimited = rate_budgets !== null;
        return { row, connection: social_connections, request: share_requests, isLimited, id };
      });
    }),
    renew: write((values) => prepared.renew.execute(values)),
    remember: write((values) => prepared.remember.execute(values)),
    passFence: write((values) => prepared.passFence.execute(values)),
  };
}

function namesOf(items: readonly Given[]) {
  return { given: toStorableJson(items), ids: items.map(({ id }) => id) };
}
