/**
 * Keeps the newest heartbeat in the data folder. A database that was restored without the folder has an older one. If the
 * folder also holds the database's files, this file shows as well whether the whole folder was copied.
 */
import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

export interface Beat {
  readonly life: string;
  readonly beat: number;
}

export interface HeartbeatFile {
  /** @returns undefined if there is none; "moved" if the file was copied or restored instead of written here */
  read(): Beat | "moved" | undefined;
  /** Does nothing if the folder is missing or not writable. */
  write(beat: Beat): void;
}

const shape = z.object({ life: z.string(), beat: z.number(), changedAt: z.number() });

/** File systems store times with different precision. In milliseconds. */
const TOLERANCE_MS = 1_000;
const TRIES = 3;

/** @param holdsDatabase whether the folder also holds the database's files */
export function openHeartbeatFile(folder: string, holdsDatabase: boolean): HeartbeatFile {
  const path = join(folder, "heartbeat.json");

  /** The inode's change time in milliseconds. Programs that copy or restore files cannot set it. */
  const changedAt = (file: string) => statSync(file).ctimeMs;

  function isInPlace(kept: { readonly changedAt: number }): boolean {
    return Math.abs(kept.changedAt - changedAt(path)) <= TOLERANCE_MS;
  }

  function writeOnce(beat: Beat): boolean {
    const draft = `${path}.new`;
    try {
      writeFileSync(draft, "", { mode: 0o600 });
      const kept = { ...beat, changedAt: changedAt(draft) };
      writeFileSync(draft, JSON.stringify(kept));
      renameSync(draft, path);
      return isInPlace(kept);
    } catch {
      rmSync(draft, { force: true });
      return true;
    }
  }

  return {
    read() {
      try {
        const kept = shape.safeParse(JSON.parse(readFileSync(path, "utf8"))).data;
        return kept !== undefined && holdsDatabase && !isInPlace(kept) ? "moved" : kept;
      } catch {
        return undefined;
      }
    },
    write(beat) {
      // On a slow machine the rename can come too late. Then it is tried again.
      for (let tries = 1; !writeOnce(beat) && tries < TRIES; tries += 1);
    },
  };
}
