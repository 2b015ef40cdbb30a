/** Apps that we registered at Mastodon servers, with their secrets encrypted. */
import { eq } from "drizzle-orm";
import type { Database } from "../database/open.ts";
import { mastodonApps } from "../database/schema.ts";
import type { AppStore } from "../platforms/platform.ts";
import { InvalidToken } from "../vault/fernet.ts";
import type { Vault } from "../vault/keyring.ts";

export function createAppStore({ database, vault }: { database: Database; vault: Vault }): AppStore {
  return {
    async find(server) {
      const [row] = await database.select().from(mastodonApps).where(eq(mastodonApps.instance, server));
      const clientSecret = row && openSecret(vault, row.clientSecretEnc);
      if (row === undefined || clientSecret === undefined) return undefined;
      return {
        clientId: row.clientId,
        clientSecret,
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

/** An app whose secret no key opens any more is as good as none: it is registered anew. */
function openSecret(vault: Vault, sealed: string): string | undefined {
  try {
    return vault.decrypt(sealed);
  } catch (error) {
    if (error instanceof InvalidToken) return undefined;
    throw error;
  }
}
