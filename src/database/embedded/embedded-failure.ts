/** Explains why the embedded PostgreSQL cannot use its folder. */
import { accessSync, constants, mkdirSync } from "node:fs";
import { EmbeddedUnavailable } from "./embedded-program.ts";
import { explainFullDisk } from "./full-disk.ts";

/**
 * Runs part of the start.
 * @throws {EmbeddedUnavailable} instead of the errors of the file system and the database; other errors as they are
 */
export async function inWords<T>(folder: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (!(cause instanceof Error) || !("code" in cause)) throw cause;
    const isFull = ["ENOSPC", "EDQUOT", "53100"].includes(String(cause.code));
    throw new EmbeddedUnavailable(
      isFull
        ? explainFullDisk(folder)
        : `The embedded PostgreSQL cannot start in ${folder}: ${cause.message}. Check that folder's files and permissions, or choose another one with --data.`,
      { cause },
    );
  }
}

/** Creates the folder if it is missing. @throws {EmbeddedUnavailable} if it cannot be written */
export function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK);
  } catch (cause) {
    const isFull = ["ENOSPC", "EDQUOT"].includes(String((cause as NodeJS.ErrnoException).code));
    throw new EmbeddedUnavailable(
      isFull
        ? explainFullDisk(folder)
        : `The data folder ${folder} cannot be written: give this user write permission, or choose another folder with --data.`,
      { cause },
    );
  }
}
