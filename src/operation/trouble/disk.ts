/** Detects whether data can still be written. */
import { sqlStateOf } from "../../database/connection/sql-state.ts";
import { expectWritable, letGoOfBallast, makeBallast, measureRoom } from "../../database/embedded/ballast.ts";
import type { Detector } from "./trouble-watch.ts";

/** Below this many bytes the operator is warned. */
export const LOW_BYTES = 1_000_000_000;

/** Watches the room in the data folder of the embedded database. */
export function detectFullDisk(
  folder: string,
  log: { info(details: object, message: string): void; warn(details: object, message: string): void },
): Detector {
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

/** PostgreSQL's codes for a full or broken disk; the next one is for a read-only server. */
const FULL: ReadonlySet<string> = new Set(["53100", "58030"]);
const READ_ONLY = "25006";

export interface WriteOutcomes {
  /** Notes the outcome of a small write that is repeated anyway. @param error undefined if it succeeded */
  note(error: unknown): void;
  readonly detect: Detector;
}

/** Watches a database server by the outcome of the last write. A server that is away says nothing about its disk. */
export function watchWrites(): WriteOutcomes {
  let level: "full" | "read-only" | undefined;
  return {
    note: (error) => {
      const state = sqlStateOf(error);
      if (error === undefined) level = undefined;
      else if (state !== undefined && FULL.has(state)) level = "full";
      else if (state === READ_ONLY) level = "read-only";
    },
    detect: () => (level === undefined ? undefined : { name: "disk", details: { level } }),
  };
}
