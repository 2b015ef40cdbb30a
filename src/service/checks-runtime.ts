/** What `sharewell doctor` needs. Opening it changes nothing: it creates no database and no tables, and takes no job. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { type Config, ConfigError } from "../config/config.ts";
import { createAppStore } from "../connections/app-store.ts";
import { type Embedded, startEmbedded } from "../database/embedded/embedded.ts";
import { openDatabase } from "../database/open.ts";
import { lookUpTexts } from "../net/dns-texts.ts";
import { createGuardedFetch } from "../net/guarded-fetch.ts";
import type { ChecksRuntime } from "../operation/checks/check.ts";
import { openPictureStore } from "../pages/pictures/picture-store.ts";
import { createMailer } from "../people/mail/mail.ts";
import { createOpenId } from "../people/sign-in/openid.ts";
import { createRegistry, findUnusable } from "../platforms/registry.ts";
import { openVault, parseKeyring } from "../vault/keyring.ts";

export interface OpenChecksRuntime extends ChecksRuntime {
  close(): Promise<void>;
}

/** @throws {ConfigError} if settings of platforms are invalid */
export async function openChecksRuntime(config: Config): Promise<OpenChecksRuntime> {
  const unusable = findUnusable(config.platforms);
  if (unusable.length > 0) throw new ConfigError(unusable);
  const { allowedHosts, openid } = config;
  const guarded = createGuardedFetch({ allowedHosts });
  const provider = createGuardedFetch({
    allowedHosts: [...allowedHosts, ...(openid === undefined ? [] : [openid.issuer.host])],
  });
  const now = () => new Date();
  const vault = openVault(parseKeyring(config.encryptionKeys));
  const embedded = await startOwn(config);
  const connection = config.databaseUrl ?? embedded?.connection;
  // The fallback is never connected to: without a database, no check uses one.
  const open = openDatabase(connection ?? { host: config.dataFolder }, () => {});
  const world = {
    ...{ fetch: guarded.fetch, now, wait: pause },
    serviceName: () => config.appName,
    apps: createAppStore({ database: open.database, vault, now }),
    hostPicture: () => Promise.reject(new Error("A check posts no picture.")),
    resolveTxt: lookUpTexts,
  };
  return {
    ...{ config, vault, now, fetch: guarded.fetch },
    database: connection === undefined ? undefined : open.database,
    mailer: createMailer(config),
    platforms: createRegistry(config.platforms, world),
    pictures: openPictureStore(config.pictureBucket),
    people: { openid: openid && createOpenId(openid, { ...config, fetch: provider.fetch, now }) },
    close: async () => {
      await Promise.all([guarded.close(), provider.close()]);
      await open.close();
      await embedded?.stop();
    },
  };
}

/** Opens the embedded database, if this service uses it and it exists. */
async function startOwn({ databaseUrl, dataFolder }: Config): Promise<Embedded | undefined> {
  if (databaseUrl !== undefined || !existsSync(join(dataFolder, "postgres"))) return undefined;
  return await startEmbedded(dataFolder, { guest: true });
}
