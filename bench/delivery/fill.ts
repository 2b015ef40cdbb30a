/** Adds many people with accounts, and many waiting shares. */
import { randomUUID } from "node:crypto";
import { count, eq, sql } from "drizzle-orm";
import { sealTokens } from "../../src/connections/keys/seal.ts";
import { shareRequests, socialConnections, socialShares, users } from "../../src/database/schema.ts";
import type { PlatformName } from "../../src/platforms/platform.ts";
import { enqueueDeliveries } from "../../src/sharing/claims/queue.ts";
import { waitFor } from "../../test/harness/wait.ts";
import { expectAlive, type Place, type Workers } from "./place.ts";

export interface Account {
  readonly connectionId: string;
  readonly userId: string;
}

const SERVERS = 10;

/** Adds accounts, each for a separate person. Those on Mastodon are spread over ten servers. */
export async function addAccounts(
  { runtime, standInPort }: Place,
  platform: Extract<PlatformName, "mastodon" | "twitter">,
  many: number,
): Promise<Account[]> {
  const { about } = runtime.platforms.getPlatform(platform);
  const accounts: Account[] = [];
  for (let index = 0; index < many; index += 1) {
    const userId = randomUUID();
    const connectionId = randomUUID();
    await runtime.database
      .insert(users)
      .values({ id: userId, name: `Person ${index}`, email: `${userId}@example.com` });
    const tokens = { accessToken: randomUUID(), scopes: ["write:statuses"] };
    await runtime.database.insert(socialConnections).values({
      id: connectionId,
      userId,
      platform,
      platformUserId: `${userId}@example.com`,
      platformUsername: `person${index}`,
      displayName: `Person ${index}`,
      extraData: {
        origin: `http://server${index % SERVERS}.localhost:${standInPort}`,
        accountId: String(index),
        accountDomain: "example.com",
        maxCharacters: 500,
        charactersPerUrl: 23,
        unit: "graphemes",
      },
      ...sealTokens(runtime, tokens, about),
    });
    accounts.push({ connectionId, userId });
  }
  return accounts;
}

/** The most rows in one statement. */
const SOME = 500;

/** Adds shares in one transaction, to the accounts in turn. Workers see all of them or none. */
export async function addShares(
  { runtime }: Pick<Place, "runtime">,
  accounts: readonly Account[],
  many: number,
): Promise<void> {
  await runtime.database.transaction(async (transaction) => {
    for (let made = 0; made < many; made += SOME) {
      const rows = Array.from({ length: Math.min(SOME, many - made) }, (_, index) => {
        const account = accounts[(made + index) % accounts.length];
        if (account === undefined) throw new Error("There is no account to share to.");
        return { ...account, id: randomUUID(), requestId: randomUUID() };
      });
      const url = "https://blog.example.com/why-we-moved";
      await transaction.insert(shareRequests).values(
        rows.map(({ userId, requestId }) => ({
          id: requestId,
          userId,
          url,
          title: "Why we moved",
          description: "",
          message: "Worth a read",
          idempotencyKey: requestId,
        })),
      );
      await transaction.insert(socialShares).values(
        rows.map(({ id, userId, requestId, connectionId }) => ({
          id,
          userId,
          shareRequestId: requestId,
          connectionId,
          sharedUrl: url,
          sharedTitle: "Why we moved",
          text: `Worth a read\n\n${url}`,
          status: "queued" as const,
        })),
      );
      await enqueueDeliveries(
        runtime,
        transaction,
        rows.map(({ id }) => id),
      );
    }
  });
}

/** Waits until this many shares are posted. */
export async function untilPosted(
  { runtime }: Pick<Place, "runtime">,
  workers: Workers,
  wanted: number,
): Promise<void> {
  await waitFor(
    `${wanted} shares to be posted`,
    async () => {
      expectAlive(workers.processes);
      const [row] = await runtime.database
        .select({ posted: count() })
        .from(socialShares)
        .where(eq(socialShares.status, "posted"));
      return row !== undefined && row.posted >= wanted ? true : undefined;
    },
    1_800_000,
    500,
  );
}

/** Removes everything that a measurement left. */
export async function clear({ runtime }: Pick<Place, "runtime">): Promise<void> {
  await runtime.database.execute(
    sql`truncate share_requests, social_shares, share_attempts, share_deletions`,
  );
  await runtime.database.execute(sql`truncate pgboss.job`);
  await runtime.database.execute(sql`vacuum analyze`);
}
