/** `sharewell restore FILE`: restores a backup into an empty database and checks every row. */
import { resolve } from "node:path";
import { readConfig } from "../config/config.ts";
import { restoreBackup } from "../operation/backup/restore.ts";
import { openBackupRuntime } from "../service/backup-runtime.ts";
import { readPassphrase, readSecretFile, showProgress } from "./backup.ts";
import { type Command, readArguments, toSettings, UsageError } from "./command.ts";

export const restore: Command = async (args) => {
  const { values, words } = readArguments(args, { values: ["data", "identity", "passphrase"], words: 1 });
  const [path] = words;
  if (path === undefined) throw new UsageError("Name the backup: `sharewell restore FILE`.");
  const { data, identity } = values;
  const key = {
    identities: identity === undefined ? [] : readIdentities(readSecretFile(identity, "--identity")),
    passphrase: readPassphrase(values.passphrase),
  };
  const runtime = await openBackupRuntime(
    readConfig(toSettings(data === undefined ? {} : { data })),
    "target",
  );
  try {
    const { head, tables, rows } = await restoreBackup(runtime, resolve(path), key, showProgress());
    console.log(
      `Restored ${rows} rows of ${tables} tables from a backup of ${head.madeAt}, made by Sharewell ${head.version}. Every row was checked.`,
    );
    console.log(
      "Start the service now. Before it sends anything, it looks on the networks for every share that became due since then. The State page shows its progress.",
    );
  } finally {
    await runtime.close();
  }
};

/** Skips the comments of age-keygen, which begin with #. */
function readIdentities(text: string): string[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"));
}
