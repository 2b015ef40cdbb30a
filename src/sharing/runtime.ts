/** The parts of the running service that sharing uses. */
import type { PgBoss } from "pg-boss";
import type { TokensRuntime } from "../connections/tokens.ts";
import type { Backend } from "../database/backend.ts";
import type { Pulse } from "../database/pulse.ts";
import type { PictureStore } from "../pages/pictures/picture-store.ts";

/**
 * Returns the moment up to which scheduled shares are due: by our clock, and by the networks' clocks too if they say that ours is ahead.
 * @returns undefined while no network answers, so that the time is not known and nothing could be posted anyway
 */
type ScheduledUpTo = (isAnyDue: () => Promise<boolean>) => Promise<Date | undefined>;

export interface SharingRuntime extends TokensRuntime {
  readonly queue: PgBoss;
  readonly pictures: PictureStore;
  readonly fetch: typeof fetch;
  /** Is told when something becomes due before the next pulse. */
  readonly pulse: Pick<Pulse, "noLaterThan">;
  /** Resolves once `now` is right, even if the machine slept. */
  catchUp(): Promise<void>;
  /** When the time last jumped ahead, because the clock was set or the machine slept. */
  steppedAt(): Date | undefined;
  readonly scheduledUpTo: ScheduledUpTo;
  /** The most milliseconds by which any network says that our clock is ahead; 0 if the difference is usual. */
  mayBeAheadMs(): number;
  /** Starts a stopwatch in milliseconds that also counts the time in which the machine slept. */
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
