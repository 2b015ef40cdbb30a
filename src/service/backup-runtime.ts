/** What the backup commands need. Opening it neither migrates the tables nor takes any job. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Config, ConfigError } from "../config/config.ts";
import { startEmbedded } from "../database/embedded/embedded.ts";
import { type OpenDatabase, openDatabase } from "../database/open.ts";
import { openPictureStore, type PictureStore } from "../pages/pictures/picture-store.ts";

export interface BackupRuntime extends OpenDatabase {
  readonly pictures: PictureStore;
}

/**
 * @param use "source": the database must exist, and a service may be using it; "target": it is created if it is missing
 * @throws {ConfigError} if there is no database to back up
 */
export async function openBackupRuntime(
  { databaseUrl, dataFolder, pictureBucket }: Pick<Config, "databaseUrl" | "dataFolder" | "pictureBucket">,
  use: "source" | "target",
): Promise<BackupRuntime> {
  const pictures = openPictureStore(pictureBucket);
  if (databaseUrl !== undefined) return { ...openDatabase(databaseUrl, () => {}), pictures };
  if (use === "source" && !existsSync(join(dataFolder, "postgres")))
    throw new ConfigError([`There is no database in ${dataFolder}: name another folder with --data`]);
  const embedded = await startEmbedded(dataFolder, { guest: use === "source" });
  const open = openDatabase(embedded.connection, () => {});
  return {
    ...{ ...open, pictures },
    close: async () => {
      await open.close();
      await embedded.stop();
    },
  };
}
