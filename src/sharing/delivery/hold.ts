/**
 * How sure a worker is that a share is still its own. A process can stand still without noticing (a frozen machine, a
 * moved one, a paused container), and what the database said before may no longer be so when it goes on.
 */
import { PlatformError } from "../../platforms/platform.ts";
import { say } from "../../words/words.ts";
import type { SharingRuntime } from "../runtime.ts";

export interface Hold {
  /** Asks the database whether it is still ours: counted from the question, since the answer may be late. */
  confirm(ask: () => Promise<void>): Promise<void>;
  /** @throws {PlatformError} transient, where that was confirmed more than half a lease ago */
  expect(): void;
}

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
  const message = say("This service stood still right before sending it. It was not sent.");
  return new PlatformError("transient", { code: "stood-still", message });
}
