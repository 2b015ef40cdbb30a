/** Stores the shares of a request. */
import { randomUUID } from "node:crypto";
import { sql } from "drizzle-orm";
import type { Queryable } from "../../database/open.ts";
import { socialShares } from "../../database/schema.ts";
import type { SharedPage } from "../../pages/page.ts";
import { enqueueShares } from "../claims/queue.ts";
import { beginningFor } from "../life/move.ts";
import type { SharingRuntime } from "../runtime.ts";
import type { Fit } from "./compose.ts";

/** PostgreSQL accepts 65,535 values in a statement, and a share has a dozen. */
const AT_A_TIME = 1_000;

/** Adds one share for each account, with its job or with the moment at which it gets one. */
export async function addShares(
  runtime: SharingRuntime,
  transaction: Queryable,
  {
    requestId,
    person,
    draft,
    fits,
    kept = new Map(),
  }: {
    readonly requestId: string;
    readonly person: { readonly id: string };
    readonly draft: { readonly page: SharedPage; readonly at?: Date | undefined };
    readonly fits: readonly Fit[];
    /** Existing shares to change, by connection. */
    readonly kept?: ReadonlyMap<string, string>;
  },
): Promise<void> {
  const { page, at } = draft;
  const shares: { id: string; connectionId: string }[] = [];
  for (let done = 0; done < fits.length; done += AT_A_TIME) {
    const rows = fits.slice(done, done + AT_A_TIME).map(({ connection, text, url, ownMessage, options }) => ({
      id: kept.get(connection.id) ?? randomUUID(),
      shareRequestId: requestId,
      userId: person.id,
      connectionId: connection.id,
      sharedUrl: url,
      sharedTitle: page.title,
      text,
      ownMessage: ownMessage ?? null,
      options,
      status: beginningFor(at),
      nextAttemptAt: at ?? null,
      createdAt: runtime.now(),
    }));
    const added = await transaction
      .insert(socialShares)
      .values(rows)
      .onConflictDoUpdate({
        target: socialShares.id,
        set: {
          sharedUrl: sql`excluded.shared_url`,
          sharedTitle: sql`excluded.shared_title`,
          text: sql`excluded.text`,
          ownMessage: sql`excluded.own_message`,
          options: sql`excluded.options`,
          nextAttemptAt: sql`excluded.next_attempt_at`,
          updatedAt: runtime.now(),
        },
      })
      .returning({ id: socialShares.id, connectionId: socialShares.connectionId });
    shares.push(...added);
  }
  if (at !== undefined) return;
  const connections = new Map(fits.map(({ connection }) => [connection.id, connection]));
  const due = shares.flatMap(({ id, connectionId }) => {
    const connection = connections.get(connectionId);
    return connection === undefined ? [] : [{ id, userId: person.id, connection }];
  });
  await enqueueShares(runtime, transaction, due);
}
