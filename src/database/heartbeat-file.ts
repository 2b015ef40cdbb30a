/**
 * The newest beat, kept beside the database in the data folder: a database that was put back alone knows an older one.
 * Where the database's own files lie in that folder as well, the file also tells when the whole folder is a copy.
 */
import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

export interface Beat {
  readonly life: string;
  readonly beat: number;
}

export interface HeartbeatFile {
  /** Undefined: none is kept. "moved": something else than the service wrote it there: a copy, an archive, a backup. */
  read(): Beat | "moved" | undefined;
  /** Does nothing where there is no such folder, or it cannot be written. */
  write(beat: Beat): void;
}

const shape = z.object({ life: z.string(), beat: z.number(), changedAt: z.number() });

/** File systems keep times of their own precision. */
const TOLERANCE_MS = 1_000;
const TRIES = 3;

/** @param holdsDatabase whether the database's files lie in this folder too */
export function openHeartbeatFile(folder: string, holdsDatabase: boolean): HeartbeatFile {
  const path = join(folder, "heartbeat.json");

  /** When it was last changed, by the file system itself: no program that copies or restores files can choose that. */
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
      // A machine that is slow just then is given another chance.
      for (let tries = 1; !writeOnce(beat) && tries < TRIES; tries += 1);
    },
  };
}
