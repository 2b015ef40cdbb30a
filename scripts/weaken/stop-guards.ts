/**
 * The guards that make a stop final: what was disconnected, cancelled or blocked stays so, and nothing happens twice.
 */
import type { Guard } from "./guard.ts";

export const stopGuards: readonly Guard[] = [
  {
    name: "the fence's look at the account",
    cuts: [
      {
        file: "src/sharing/claims/lease-statements.ts",
        from: '.where(and(isLocked, isHeld, isMovable("fence", foundStatus), isConnected))',
        to: ".where(and(isLocked, isHeld, isFoundOpen))",
      },
    ],
    tests: ["test/sharing/disconnect.test.ts"],
  },
  {
    name: "the worker's doubt of itself after it stood still",
    cuts: [
      {
        file: "src/sharing/delivery/hold.ts",
        from: "if (passed() > config.leaseSeconds * 500) throw stoodStill();",
        to: "if (passed() > Number.MAX_VALUE) throw stoodStill();",
      },
    ],
    tests: ["test/sharing/delivery/late.test.ts"],
  },
  {
    name: "the waits for an unclear share beginning anew where the clock went ahead",
    cuts: [
      {
        file: "src/sharing/delivery/reconcile.ts",
        from: "steppedAt()?.getTime() ?? 0",
        to: "(steppedAt() ? 0 : 0)",
      },
    ],
    tests: ["test/sharing/claims/clock-jumps.test.ts"],
  },
  {
    name: "the look for a post that its network dates by another clock",
    cuts: [
      {
        file: "src/sharing/delivery/delivery.ts",
        from: " - runtime.mayBeAheadMs()",
        to: "",
      },
    ],
    tests: ["test/sharing/claims/clock-jumps.test.ts"],
  },
  {
    name: "what was disconnected staying so",
    cuts: [
      {
        file: "src/sharing/life/transitions.ts",
        from: 'if: ["kept", "sent"]',
        to: 'if: ["sent"]',
      },
    ],
    tests: ["test/sharing/delivery/release.test.ts"],
  },
  {
    name: "the refusal of whoever is blocked",
    cuts: [
      {
        file: "src/people/acting.ts",
        from: "if (actor.blockedAt !== null)",
        to: "if (actor === undefined)",
      },
    ],
    tests: ["test/sharing/claims/at-once.test.ts"],
  },
  {
    name: "the version that a change was made of",
    cuts: [
      {
        file: "src/sharing/requests/change.ts",
        from: "if ((await versionOf({ database: transaction }, requestId)) !== change.seen)",
        to: "if (change.seen === undefined)",
      },
    ],
    tests: ["test/web/share/scheduled.test.ts"],
  },
  {
    name: "the lock of a grant that may become a connection",
    cuts: [
      {
        file: "src/connections/grants/loose-grants.ts",
        from: "return held.length > 0;",
        to: "return true;",
      },
    ],
    tests: ["test/connections/grants.test.ts"],
  },
];
