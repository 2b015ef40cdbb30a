/** A worker's lease on a share. One worker holds it at a time, and a worker that lost it can no longer publish. */
import type { ConnectionRow } from "../../connections/connection.ts";
import type { shareRequests, socialShares } from "../../database/schema.ts";
import { type JsonObject, PlatformError } from "../../platforms/platform.ts";
import { say } from "../../words/words.ts";
import { startHold } from "../delivery/hold.ts";
import type { SharingRuntime } from "../runtime.ts";
import { giveUp } from "./give-up.ts";
import { leasesOf } from "./leases.ts";

export type ShareRow = typeof socialShares.$inferSelect;

/** Another worker took the share over, or somebody ended it. The worker stops and leaves the row as it is. */
export class LeaseLost extends Error {
  override name = "LeaseLost";
}

export interface Lease {
  /** The share, its connection and its request, as they were when the share was claimed. */
  readonly row: ShareRow;
  readonly connection: ConnectionRow;
  readonly request: typeof shareRequests.$inferSelect;
  /** The network has said that it accepts few more posts, or none. */
  readonly isLimited: boolean;
  readonly id: string;
  /**
   * Keeps values for the next try. Once the fence is passed, a lost lease is not an error: nothing is kept, and the worker still
   * records the network's answer.
   * @throws {LeaseLost} before the fence
   */
  remember(values: JsonObject): Promise<void>;
  /**
   * Passes the fence: records that the post may be out from now on. A second pass in the same try follows a certain refusal, so it
   * counts as the same send.
   * @returns a check to run as the request leaves
   * @throws {LeaseLost} @throws {PlatformError} transient, if the statement took too long
   */
  passFence(remember?: JsonObject): Promise<() => void>;
  /** Ends the lease if it is still ours, so that the next worker can start at once. */
  giveUp(): Promise<void>;
  /** Stops renewing the lease. The statement that records the outcome releases the row. */
  end(): void;
}

/** Claims the share if it is due and open and nobody works on it. @returns undefined otherwise */
export async function claim(runtime: SharingRuntime, shareId: string): Promise<Lease | undefined> {
  const leases = leasesOf(runtime);
  const hold = startHold(runtime);
  const claimed = await leases.claim(shareId);
  if (claimed === "taken") return undefined;
  const mine = { id: shareId, lease: claimed.id, news: {}, again: false };
  let isLost = false;
  const expectKept = (kept: "kept" | "lost" = "kept") => {
    isLost ||= kept === "lost";
    if (isLost) throw new LeaseLost(`The share ${shareId} was taken over or ended.`);
  };
  const permit = () => {
    expectKept();
    hold.expect();
  };

  const renewal = setInterval(
    () => {
      hold
        .confirm(async () => expectKept(await leases.renew(mine)))
        .catch((error: unknown) => runtime.log.warn({ err: error, shareId }, "a lease could not be renewed"));
    },
    (runtime.config.leaseSeconds * 1_000) / 3,
  );
  renewal.unref();
  leases.held.set(shareId, claimed.id);
  let again = false;

  return {
    ...claimed,
    remember: async (news) => {
      const kept = await leases.remember({ ...mine, news });
      if (!again) expectKept(kept);
    },
    passFence: async (news = {}) => {
      await hold
        .confirm(async () => expectKept(await leases.passFence({ ...mine, news, again })))
        .catch((error: unknown) => {
          throw again && error instanceof LeaseLost ? refusedBefore() : error;
        });
      again = true;
      permit();
      return permit;
    },
    giveUp: async () => void (await giveUp(runtime, [[shareId, claimed.id]])),
    end: () => {
      clearInterval(renewal);
      if (leases.held.get(shareId) === claimed.id) leases.held.delete(shareId);
    },
  };
}

/** The network certainly did not accept the request, although it may not be sent again. */
function refusedBefore(): PlatformError {
  const message = say("The network did not accept it, and it was stopped before it was sent again.");
  return new PlatformError("transient", { code: "ended-meanwhile", message });
}

/**
 * Ends all leases of this process, because it stops: other workers go on at once rather than when the leases end.
 * @returns how many shares there were
 */
export async function handBack(runtime: SharingRuntime): Promise<number> {
  const { held } = leasesOf(runtime);
  if (held.size === 0) return 0;
  const handed = await giveUp(runtime, [...held.entries()]);
  runtime.log.info({ shares: handed }, "handed shares back for other workers");
  return handed;
}
