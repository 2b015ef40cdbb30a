/** Waits for a condition instead of for a time. */
import { setTimeout as pause } from "node:timers/promises";
import type { Pulse } from "../../src/database/pulse.ts";

/** Makes a service's jobs check now for what is due, after a test has moved the clock. */
export function lookNow({ pulse }: { readonly pulse: Pulse }): void {
  pulse.noLaterThan(new Date(0));
}

/** The first result of `look` that is not undefined. @throws after `withinMs`, naming what was waited for */
export async function waitFor<T>(
  what: string,
  look: () => Promise<T | undefined> | T | undefined,
  withinMs = 150_000,
  everyMs = 20,
): Promise<T> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > deadline) throw new Error(`Waited ${withinMs} ms in vain for ${what}.`);
    await pause(everyMs);
  }
}
