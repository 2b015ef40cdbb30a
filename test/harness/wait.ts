/** Waits for a condition instead of for a time. */
import { setTimeout as pause } from "node:timers/promises";
import type { Pulse } from "../../src/database/pulse.ts";

/** Makes a service's jobs check now for what is due, after a test has moved the clock. */
export function lookNow({ pulse }: { readonly pulse: Pulse }): void {
  pulse.noLaterThan(new Date(0));
}

/** Between two looks, in milliseconds; what is waited for longer is looked at less often. */
const LONGEST_PAUSE_MS = 100;

/**
 * Asks `look` until it answers.
 * @returns the first result that is not undefined
 * @throws after `withinMs`, saying what was waited for
 */
export async function waitFor<T>(
  what: string,
  look: () => Promise<T | undefined> | T | undefined,
  withinMs = 150_000,
  everyMs = 10,
): Promise<T> {
  const start = Date.now();
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    const waited = Date.now() - start;
    if (waited > withinMs) throw new Error(`Waited ${withinMs} ms in vain for ${what}.`);
    await pause(Math.max(everyMs, Math.min(waited / 10, LONGEST_PAUSE_MS)));
  }
}
