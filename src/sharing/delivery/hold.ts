/**
 * How sure a worker is that it still holds a share. A process can stand still without noticing (a frozen or migrated machine, a paused
 * container), and what the database said before may no longer hold when the process goes on.
 */
import { PlatformError } from "../../platforms/platform.ts";
import { say } from "../../words/words.ts";
import type { SharingRuntime } from "../runtime.ts";

export interface Hold {
  /** Asks the database whether the lease is still ours. The time counts from the question, because the answer may be late. */
  confirm(ask: () => Promise<void>): Promise<void>;
  /** @throws {PlatformError} transient, if the lease was confirmed more than half its length ago */
  expect(): void;
}

/** Starts to measure how long ago the lease was confirmed. */
export function startHold({ config, startWatch }: Pick<SharingRuntime, "config" | "startWatch">): Hold {
  let passed = startWatch();
  return {
    confirm: async (ask) => {
      const since = startWatch();
      await ask();
      if (since() < passed()) passed = since;
    },
    expect: () => {
      if (passed() > config.leaseSeconds * 500) throw stoodStill();
    },
  };
}

function stoodStill(): PlatformError {
  const message = say("This service was suspended right before sending it. It was not sent.");
  return new PlatformError("transient", { code: "stood-still", message });
}
