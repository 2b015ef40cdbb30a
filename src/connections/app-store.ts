/** Stores the apps that we registered at Mastodon servers, with their secrets encrypted. */
import { and, desc, eq, gt, isNull, lt, max, notExists, notLike, sql } from "drizzle-orm";
import { takeLock } from "../database/locks.ts";
import type { Database } from "../database/open.ts";
import { looseGrants, mastodonApps, socialConnections } from "../database/schema.ts";
import type { AppRegistration, AppStore } from "../platforms/platform.ts";
import { InvalidToken } from "../vault/fernet.ts";
import type { Vault } from "../vault/keyring.ts";
import { fromFields, type NoField } from "./columns/fields.ts";
import { keyElsewhere } from "./keys/seal.ts";
import { mayOpenElsewhere } from "./processes.ts";

interface AppStoreParts {
  readonly database: Database;
  readonly vault: Vault;
  now(): Date;
}

/**
 * Implements the platforms' `AppStore` on the database.
 * @throws {PlatformError} from `find`: transient, when only another process may have the key of an app's secret
 */
export function createAppStore({ database, vault, now }: AppStoreParts): AppStore {
  return {
    async find(server, clientId) {
      const [row] = await database
        .select()
        .from(mastodonApps)
        .where(clientId === undefined ? isShared(server) : isApp(server, clientId))
        .orderBy(desc(mastodonApps.updatedAt))
        .limit(1);
      const clientSecret = row && openSecret(vault, row.clientSecretEnc);
      if (row !== undefined && clientSecret === undefined && (await mayOpenElsewhere({ database, vault })))
        throw keyElsewhere();
      if (row === undefined || clientSecret === undefined) return undefined;
      return toRegistration(row, clientSecret);
    },
    async list(server) {
      const rows = await database.select().from(mastodonApps).where(eq(mastodonApps.instance, server));
      return rows.flatMap((row) => {
        const clientSecret = openSecret(vault, row.clientSecretEnc);
        return clientSecret === undefined ? [] : [toRegistration(row, clientSecret)];
      });
    },
    async save(server, app, since) {
      const { clientId, clientSecret, secretExpiresAt, scopes, redirectUri, once = false, ...rest } = app;
      rest satisfies NoField;
      const values = {
        ...{ clientId, scopes: scopes.join(" "), redirectUri, once },
        clientSecretEnc: vault.encrypt(clientSecret),
        clientSecretExpiresAt: secretExpiresAt ?? null,
      };
      return await database.transaction(async (transaction) => {
        await takeLock(transaction, "app-registrations");
        const [first] = app.once
          ? []
          : await transaction
              .select()
              .from(mastodonApps)
              .where(
                and(
                  isShared(server),
                  eq(mastodonApps.redirectUri, app.redirectUri),
                  gt(mastodonApps.updatedAt, since),
                ),
              )
              .orderBy(desc(mastodonApps.updatedAt))
              .limit(1);
        const firstSecret = first && openSecret(vault, first.clientSecretEnc);
        if (first !== undefined && firstSecret !== undefined) return toRegistration(first, firstSecret);
        // The previous app is not used for new connections any more.
        if (!app.once)
          await transaction
            .update(mastodonApps)
            .set({ once: true, updatedAt: now() })
            .where(isShared(server));
        await transaction
          .insert(mastodonApps)
          .values({ instance: server, ...values, updatedAt: now() })
          .onConflictDoUpdate({
            target: [mastodonApps.instance, mastodonApps.clientId],
            set: { ...values, updatedAt: now() },
          });
        return app;
      });
    },
    async retire(server, clientId) {
      await database
        .update(mastodonApps)
        .set({ once: true, updatedAt: now() })
        .where(isApp(server, clientId));
    },
  };
}

function toRegistration(row: typeof mastodonApps.$inferSelect, clientSecret: string): AppRegistration {
  return fromFields<AppRegistration>({
    clientId: row.clientId,
    clientSecret,
    scopes: row.scopes.split(" "),
    redirectUri: row.redirectUri,
    secretExpiresAt: row.clientSecretExpiresAt ?? undefined,
    once: row.once ? true : undefined,
  });
}

/** The app for all new connections at a server. */
const isShared = (server: string) => and(eq(mastodonApps.instance, server), eq(mastodonApps.once, false));

const isApp = (server: string, clientId: string) =>
  and(eq(mastodonApps.instance, server), eq(mastodonApps.clientId, clientId));

/** Longer than any flow that began before its app was retired, in milliseconds. */
const FLOW_MS = 1_800_000;

/**
 * Removes apps that are retired and that no connection, running flow or loose grant needs any longer. Some
 * servers make us register an app for each flow.
 */
export async function removeUnusedApps({
  database,
  now,
}: Pick<AppStoreParts, "database" | "now">): Promise<void> {
  const isOf = (extraData: typeof socialConnections.extraData | typeof looseGrants.extraData) =>
    and(
      eq(sql`${extraData}->>'origin'`, mastodonApps.instance),
      eq(sql`${extraData}->>'clientId'`, mastodonApps.clientId),
    );
  const connections = database
    .select({ id: socialConnections.id })
    .from(socialConnections)
    .where(and(isNull(socialConnections.revokedAt), isOf(socialConnections.extraData)));
  const grants = database.select({ id: looseGrants.id }).from(looseGrants).where(isOf(looseGrants.extraData));
  await database
    .delete(mastodonApps)
    .where(
      and(
        eq(mastodonApps.once, true),
        lt(mastodonApps.updatedAt, new Date(now().getTime() - FLOW_MS)),
        notExists(connections),
        notExists(grants),
      ),
    );
}

/** Undefined when no key opens the secret: the caller then registers a new app. */
function openSecret(vault: Vault, sealed: string): string | undefined {
  try {
    return vault.decrypt(sealed);
  } catch (error) {
    if (error instanceof InvalidToken) return undefined;
    throw error;
  }
}

/** The servers where we registered an app most recently, as origins, at most `most` of them. */
export async function listServers(database: Database, most: number): Promise<string[]> {
  const latest = max(mastodonApps.updatedAt);
  const rows = await database
    .select({ server: mastodonApps.instance, latest })
    .from(mastodonApps)
    // Not our own address, which describes us where servers register no apps.
    .where(notLike(mastodonApps.instance, "%//%/%"))
    .groupBy(mastodonApps.instance)
    .orderBy(desc(latest))
    .limit(most);
  return rows.map(({ server }) => server);
}
