/** Waits for a condition instead of for a time. */
import { setTimeout as pause } from "node:timers/promises";
import type { Pulse } from "../../src/database/pulse.ts";

/** Makes a service's jobs check now for what is due, after a test has moved the clock. */
export function lookNow({ pulse }: { readonly pulse: Pulse }): void {
  pulse.noLaterThan(new Date(0));
}

/** The pause between two checks grows from one to the other while a test waits, in milliseconds. */
const PAUSE_MS = { first: 10, longest: 100 } as const;

/**
 * Asks `look` until it answers.
 * @param everyMs a pause that stays the same, for what measures how long something takes
 * @returns the first result that is not undefined
 * @throws after `withinMs`, saying what was waited for
 */
export async function waitFor<T>(
  what: string,
  look: () => Promise<T | undefined> | T | undefined,
  withinMs = 150_000,
  everyMs?: number,
): Promise<T> {
  const start = Date.now();
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    const waited = Date.now() - start;
    if (waited > withinMs) throw new Error(`Waited ${withinMs} ms in vain for ${what}.`);
    await pause(everyMs ?? Math.max(PAUSE_MS.first, Math.min(waited / 10, PAUSE_MS.longest)));
  }
}
