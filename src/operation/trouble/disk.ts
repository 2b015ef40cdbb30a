/** Whether what the service keeps can still be written. */

import { sqlStateOf } from "../../database/connection/sql-state.ts";
import { expectWritable, letGoOfBallast, makeBallast, measureRoom } from "../../database/embedded/ballast.ts";
import type { Look } from "./trouble-watch.ts";

/** From here down the operator is warned. */
export const LOW_BYTES = 1_000_000_000;

/** The data folder of the embedded database. */
export function lookAtDataFolder(
  folder: string,
  log: { info(details: object, message: string): void; warn(details: object, message: string): void },
): Look {
  return async () => {
    try {
      await expectWritable(folder);
      await makeBallast(folder).catch(() => false);
      if (await letGoOfBallast(folder))
        log.warn(
          { dataFolder: folder },
          "the disk is full: the ballast was let go of, which gives a little time",
        );
      const { freeBytes, isFull } = await measureRoom(folder);
      if (freeBytes >= LOW_BYTES) return undefined;
      return { name: "disk", details: { level: isFull ? "full" : "low", freeBytes } };
    } catch {
      return { name: "disk", details: { level: "read-only" } };
    }
  };
}

/** PostgreSQL's words for a disk that is full or broken, and for a server that takes no changes. */
const FULL: ReadonlySet<string> = new Set(["53100", "58030"]);
const READ_ONLY = "25006";

export interface WriteOutcomes {
  /** What came of something small that is written again and again anyway. @param error undefined: it was written */
  note(error: unknown): void;
  readonly look: Look;
}

/** A database elsewhere: by what came of the last write. One that is away says nothing of its disk. */
export function watchWrites(): WriteOutcomes {
  let level: "full" | "read-only" | undefined;
  return {
    note: (error) => {
      const state = sqlStateOf(error);
      if (error === undefined) level = undefined;
      else if (state !== undefined && FULL.has(state)) level = "full";
      else if (state === READ_ONLY) level = "read-only";
    },
    look: () => (level === undefined ? undefined : { name: "disk", details: { level } }),
  };
}
