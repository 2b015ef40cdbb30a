/** Apps that we registered at Mastodon servers, with their secrets encrypted. */
import { eq } from "drizzle-orm";
import type { Database } from "../database/open.ts";
import { mastodonApps } from "../database/schema.ts";
import type { AppStore } from "../platforms/platform.ts";
import type { Vault } from "../vault/keyring.ts";

export function createAppStore({ database, vault }: { database: Database; vault: Vault }): AppStore {
  return {
    async find(server) {
      const [row] = await database.select().from(mastodonApps).where(eq(mastodonApps.instance, server));
      if (row === undefined) return undefined;
      return {
        clientId: row.clientId,
        clientSecret: vault.decrypt(row.clientSecretEnc),
        scopes: row.scopes.split(" "),
        redirectUri: row.redirectUri,
        ...(row.clientSecretExpiresAt === null ? {} : { secretExpiresAt: row.clientSecretExpiresAt }),
      };
    },
    async save(server, app) {
      const values = {
        clientId: app.clientId,
        clientSecretEnc: vault.encrypt(app.clientSecret),
        clientSecretExpiresAt: app.secretExpiresAt ?? null,
        scopes: app.scopes.join(" "),
        redirectUri: app.redirectUri,
      };
      await database
        .insert(mastodonApps)
        .values({ instance: server, ...values })
        .onConflictDoUpdate({ target: mastodonApps.instance, set: { ...values, updatedAt: new Date() } });
    },
    async forget(server) {
      await database.delete(mastodonApps).where(eq(mastodonApps.instance, server));
    },
  };
}
