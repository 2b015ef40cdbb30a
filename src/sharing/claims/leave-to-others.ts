/** Leaves work to another process when this one lacks the network's settings or the key that opens the tokens. */
import { and, eq } from "drizzle-orm";
import { type ConnectionRow, parsePlatformName } from "../../connections/connection.ts";
import { findOtherWith, mayOpenElsewhere } from "../../connections/processes.ts";
import { shareDeletions, socialShares } from "../../database/schema.ts";
import type { PlatformName } from "../../platforms/platform.ts";
import type { ClaimedDeletion } from "../deletion/lease.ts";
import { updateInPlace } from "../life/move.ts";
import type { SharingRuntime } from "../runtime.ts";
import type { Lease } from "./lease.ts";

/** When to offer the share again, perhaps to a worker that can do it. */
const AGAIN_MS = 2_000;

/** How long a share waits for such a worker. A change of settings has reached every process by then. */
const PATIENCE_MS = 3_600_000;

/** Whether this process lacks the network and another worker has it, so that this one leaves its queue alone. */
export async function isForOthers(runtime: SharingRuntime, platform: PlatformName): Promise<boolean> {
  const isMine = runtime.platforms.availablePlatforms().some(({ name }) => name === platform);
  return !isMine && (await findOtherWith(runtime, platform)) === "worker";
}

/** Puts a share back unchanged if another process can deliver it. @returns whether it was put back */
export async function leaveToOthers(runtime: SharingRuntime, lease: Lease): Promise<boolean> {
  const { row, request, connection } = lease;
  if (!(await isLeft(runtime, connection, request.scheduledAt ?? row.createdAt))) return false;
  const released = { leaseId: null, leaseUntil: null, nextAttemptAt: soon(runtime) };
  await updateInPlace(runtime.database, released).where(
    and(eq(socialShares.id, row.id), eq(socialShares.leaseId, lease.id)),
  );
  return true;
}

/** Puts a deletion back in the same way. If it may have been done already, that stays recorded. */
export async function leaveDeletionToOthers(
  runtime: SharingRuntime,
  { share, connection, deletion, leaseId }: ClaimedDeletion,
): Promise<boolean> {
  if (!(await isLeft(runtime, connection, deletion.askedAt))) return false;
  await runtime.database
    .update(shareDeletions)
    .set({ leaseId: null, leaseUntil: null, nextAttemptAt: soon(runtime) })
    .where(and(eq(shareDeletions.shareId, share.id), eq(shareDeletions.leaseId, leaseId)));
  return true;
}

function soon({ now }: SharingRuntime): Date {
  return new Date(now().getTime() + AGAIN_MS);
}

/** @param since when the work became due */
async function isLeft(runtime: SharingRuntime, connection: ConnectionRow, since: Date): Promise<boolean> {
  if (runtime.now().getTime() - since.getTime() > PATIENCE_MS) return false;
  const name = parsePlatformName(connection.platform);
  const isMine = runtime.platforms.availablePlatforms().some((platform) => platform.name === name);
  const { accessTokenEnc: sealed } = connection;
  const isSealed = sealed !== null && !runtime.vault.canOpen(sealed);
  return (
    (!isMine && (await findOtherWith(runtime, name)) !== undefined) ||
    (isSealed && (await mayOpenElsewhere(runtime)))
  );
}
