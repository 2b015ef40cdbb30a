/** `sharewell backup FILE`: writes everything to one file; the service may be running. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { readConfig } from "../config/config.ts";
import { writeBackup } from "../operation/backup/backup.ts";
import type { Progress } from "../operation/backup/backup-content.ts";
import { openBackupRuntime } from "../service/backup-runtime.ts";
import { type Command, readArguments, toSettings, UsageError } from "./command.ts";

export const backup: Command = async (args) => {
  const { values, words } = readArguments(args, { values: ["data", "recipient", "passphrase"], words: 1 });
  const [path] = words;
  if (path === undefined) throw new UsageError("Name the file for the backup: `sharewell backup FILE`.");
  const { recipient } = values;
  const lock = {
    recipients: recipient === undefined ? [] : [recipient],
    passphrase: readPassphrase(values.passphrase),
  };
  if (recipient !== undefined && lock.passphrase !== undefined)
    throw new UsageError("Use either --recipient or --passphrase, not both.");
  const { data } = values;
  const runtime = await openBackupRuntime(
    readConfig(toSettings(data === undefined ? {} : { data })),
    "source",
  );
  const stopped = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stopped.abort());
  try {
    const { tables, rows, pictures, bytes } = await writeBackup(runtime, resolve(path), lock, {
      onProgress: showProgress(),
      signal: stopped.signal,
    });
    const more = pictures === 0 ? "" : ` and ${pictures} pictures`;
    console.log(`${path}: ${rows} rows of ${tables} tables${more}, ${inMegabytes(bytes)}.`);
    if (lock.recipients.length === 0 && lock.passphrase === undefined)
      console.log("Only tokens are encrypted in it. Keep it as safe as passwords.");
    console.log(
      "SOCIAL_ENCRYPTION_KEY is not in it. Keep the key elsewhere: without it, all accounts must be reconnected.",
    );
  } finally {
    await runtime.close();
  }
};

/** The first line of a file; undefined without a path. @throws {UsageError} if it is empty or unreadable */
export function readPassphrase(path: string | undefined): string | undefined {
  if (path === undefined) return undefined;
  const passphrase = readSecretFile(path, "--passphrase").split(/\r?\n/, 1)[0] ?? "";
  if (passphrase === "") throw new UsageError("The first line of the --passphrase file is empty.");
  return passphrase;
}

/** The content of a file with a secret. @throws {UsageError} if it is unreadable */
export function readSecretFile(path: string, flag: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    throw new UsageError(`The ${flag} file cannot be read.`);
  }
}

const EVERY_MS = 2_000;

/** Prints progress to the terminal every two seconds. */
export function showProgress(): (progress: Progress) => void {
  let shownAt = performance.now();
  return ({ table, read }) => {
    if (performance.now() - shownAt < EVERY_MS) return;
    shownAt = performance.now();
    console.error(`${inMegabytes(read)} so far: ${table}`);
  };
}

export function inMegabytes(bytes: number): string {
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}
