/** Identifiers that may be used once: proofs, assertions and PKCE challenges. */
import type { BlueskyWorld } from "../memory.ts";

const mostKept = 20_000;

/** Whether this is the first use within so many seconds of the network's clock. */
export function isFirstUse(world: BlueskyWorld, identifier: string, seconds: number): boolean {
  const nowMs = world.now().getTime();
  const { memory } = world;
  const until = memory.used[identifier];
  if (until !== undefined && until > nowMs) return false;
  if (Object.keys(memory.used).length >= mostKept)
    memory.used = Object.fromEntries(Object.entries(memory.used).filter(([, untilMs]) => untilMs > nowMs));
  memory.used[identifier] = nowMs + seconds * 1_000;
  return true;
}
