/** What sharing needs of the live things. */
import type { PgBoss } from "pg-boss";
import type { TokensRuntime } from "../connections/tokens.ts";
import type { Backend } from "../database/backend.ts";
import type { Pulse } from "../database/pulse.ts";

export interface SharingRuntime extends TokensRuntime {
  readonly queue: PgBoss;
  readonly fetch: typeof fetch;
  /** Told of what goes on before the next regular look. */
  readonly pulse: Pick<Pulse, "noLaterThan">;
  /** Resolves once `now` is right even after a machine slept. */
  catchUp(): Promise<void>;
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
