/** `sharewell restore FILE`: puts a backup into an empty place, and checks every row. */
import { resolve } from "node:path";
import { readConfig } from "../config/config.ts";
import { restoreBackup } from "../operation/backup/restore.ts";
import { openBackupRuntime } from "../service/backup-runtime.ts";
import { readPassphrase, readSecretFile, showProgress } from "./backup.ts";
import { type Command, readArguments, toSettings, UsageError } from "./command.ts";

export const restore: Command = async (args) => {
  const { values, words } = readArguments(args, { values: ["data", "identity", "passphrase"], words: 1 });
  const [path] = words;
  if (path === undefined) throw new UsageError("Say which backup: `sharewell restore FILE`.");
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
      `Restored ${rows} rows of ${tables} tables as they were on ${head.madeAt}, made by Sharewell ${head.version}. Every row was checked.`,
    );
    console.log(
      "Start the service now. It looks for every share that has come due since then on its network before it sends anything; State shows how far it is.",
    );
  } finally {
    await runtime.close();
  }
};

/** Lines that begin with # are age-keygen's comments. */
function readIdentities(text: string): string[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"));
}
