/** What sharing needs of the live things. */
import type { PgBoss } from "pg-boss";
import type { TokensRuntime } from "../connections/tokens.ts";
import type { Backend } from "../database/backend.ts";
import type { Pulse } from "../database/pulse.ts";

/**
 * Until when what people scheduled is due: by our clock, and by the networks' too where they say that ours is ahead.
 * @returns undefined while that cannot be known, and nothing could be posted anyway: no network answers
 */
type ScheduledUpTo = (isAnyDue: () => Promise<boolean>) => Promise<Date | undefined>;

export interface SharingRuntime extends TokensRuntime {
  readonly queue: PgBoss;
  readonly fetch: typeof fetch;
  /** Told of what goes on before the next regular look. */
  readonly pulse: Pick<Pulse, "noLaterThan">;
  /** Resolves once `now` is right even after a machine slept. */
  catchUp(): Promise<void>;
  /** When the time last went ahead by itself: the clock was set, or the machine slept. */
  steppedAt(): Date | undefined;
  readonly scheduledUpTo: ScheduledUpTo;
  /** By how many milliseconds our clock may be ahead of the networks', as any of them says; 0 for what is usual. */
  mayBeAheadMs(): number;
  /** Measures milliseconds from now on: what a machine slept counts. */
  startWatch(): () => number;
  readonly config: {
    readonly leaseSeconds: number;
    readonly settleSeconds: number | undefined;
    readonly databaseBackend: Backend;
    readonly linkParameters: string;
  };
  readonly log: {
    info(details: object, message: string): void;
    warn(details: object, message: string): void;
    error(details: object, message: string): void;
  };
}
