/** A person takes a post back: it is deleted at its network, and stays in the history as deleted. */
import { and, eq, isNull } from "drizzle-orm";
import { ConnectionGone, withTokens } from "../connections/tokens.ts";
import { keepTold } from "../connections/told.ts";
import { shareAttempts, socialShares } from "../database/schema.ts";
import { recordEvent } from "../people/audit.ts";
import { PlatformError } from "../platforms/platform.ts";
import { part, say, type Told } from "../words/words.ts";
import { getShareRequest } from "./history.ts";
import type { SharingRuntime } from "./runtime.ts";

export type DeleteOutcome =
  | { readonly outcome: "deleted"; readonly requestId: string }
  | { readonly outcome: "refused"; readonly problem: Told; readonly requestId: string }
  | { readonly outcome: "not-found" };

/** Deleting at a network is safe to repeat: what is gone already counts as deleted. */
export async function deleteShare(
  runtime: SharingRuntime,
  person: { readonly id: string },
  shareId: string,
): Promise<DeleteOutcome> {
  const [row] = await runtime.database.select().from(socialShares).where(eq(socialShares.id, shareId));
  const request = row && (await getShareRequest(runtime, person, row.shareRequestId));
  const share = request?.shares.find(({ id }) => id === shareId);
  if (row === undefined || share === undefined) return { outcome: "not-found" };
  const { requestId, deletion } = share;
  if (deletion.state === "deleted") return { outcome: "deleted", requestId };
  if (deletion.state === "hindered") return { outcome: "refused", requestId, problem: deletion.hindrance };
  if (deletion.state === "none" || row.platformPostId === null)
    return { outcome: "refused", requestId, problem: say("There is no post to delete here.") };
  const startedAt = runtime.now();
  const failure = await deleteAtNetwork(runtime, row.connectionId, row.platformPostId);
  await runtime.database.transaction(async (transaction) => {
    await transaction.insert(shareAttempts).values({
      shareId,
      action: "delete",
      result: failure?.kind ?? "deleted",
      errorCode: failure?.code ?? null,
      ...(failure === undefined ? {} : keepTold(failure.told)),
      httpStatus: failure?.status ?? null,
      startedAt,
      endedAt: runtime.now(),
    });
    if (failure !== undefined) return;
    await transaction
      .update(socialShares)
      .set({ deletedAt: runtime.now(), updatedAt: runtime.now() })
      .where(and(eq(socialShares.id, shareId), isNull(socialShares.deletedAt)));
    await recordEvent(transaction, { userId: person.id, action: "share.deleted", subject: shareId });
  });
  if (failure === undefined) return { outcome: "deleted", requestId };
  return { outcome: "refused", requestId, problem: tellFailure(failure) };
}

async function deleteAtNetwork(
  runtime: SharingRuntime,
  connectionId: string,
  platformPostId: string,
): Promise<PlatformError | undefined> {
  try {
    await withTokens(runtime, connectionId, async (connection, tokens) => {
      const platform = runtime.platforms.getPlatform(connection.platform);
      await platform.deletePost?.(connection.account, tokens, platformPostId);
    });
    return undefined;
  } catch (error) {
    if (error instanceof PlatformError) return error;
    if (!(error instanceof ConnectionGone)) throw error;
    return new PlatformError("rejected", { code: "disconnected", message: error.message });
  }
}

/** The post is still there, whatever the reason. */
function tellFailure(error: PlatformError): Told {
  if (error.kind === "rejected" || error.kind === "reconnect-needed")
    return say("The post was not deleted. {message}", { message: part(error.told) });
  return say("The post was not deleted: {message} Try again in a few minutes.", {
    message: part(error.told),
  });
}
