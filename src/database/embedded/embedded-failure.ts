/** Says in our words why the embedded PostgreSQL cannot use its folder. */
import { accessSync, constants, mkdirSync } from "node:fs";
import { EmbeddedUnavailable } from "./embedded-program.ts";
import { explainFullDisk } from "./full-disk.ts";

/** @throws {EmbeddedUnavailable} in the place of whatever the file system or the database says while it starts */
export async function inWords<T>(folder: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (!(cause instanceof Error) || !("code" in cause)) throw cause;
    const isFull = ["ENOSPC", "EDQUOT", "53100"].includes(String(cause.code));
    throw new EmbeddedUnavailable(
      isFull
        ? explainFullDisk(folder)
        : `The embedded PostgreSQL cannot start in ${folder}: ${cause.message}. Look at that folder's files and rights, or choose another one with --data.`,
      { cause },
    );
  }
}

export function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK);
  } catch (cause) {
    const isFull = ["ENOSPC", "EDQUOT"].includes(String((cause as NodeJS.ErrnoException).code));
    throw new EmbeddedUnavailable(
      isFull
        ? explainFullDisk(folder)
        : `The data folder ${folder} cannot be written: give this user the right, or choose another folder with --data.`,
      { cause },
    );
  }
}
