/**
 * Keeps the newest beat in the memory of this machine, which a restored disk does not bring back. This tells a long stop from a
 * snapshot that was restored meanwhile. It is lost when the machine reboots.
 */
import { randomUUID } from "node:crypto";
import { existsSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { MachineTime } from "../clock.ts";
import { markFolder } from "../embedded/process-marks.ts";
import type { Beat } from "./heartbeat-file.ts";

export interface HeartbeatMemory {
  /** "later": a newer beat is known. "left": a service stopped cleanly right after this beat, and none has run since. */
  compare(beat: Beat): "later" | "left" | undefined;
  /** @param isLast the service is stopping and writes nothing more */
  write(beat: Beat, isLast?: boolean): void;
}

const shape = z.object({
  life: z.string(),
  beat: z.number(),
  stopped: z.object({ count: z.number(), clock: z.number() }).optional(),
});

/** Linux keeps the files in this folder in memory. */
const PLACE = "/dev/shm";

/** How far the clock and the count of a machine can drift apart without the machine having been restored. */
const TOLERANCE_MS = 60_000;

/** The count continues across processes until the machine reboots. */
const sinceBoot: MachineTime = {
  count: () => Number(process.hrtime.bigint() / 1_000_000n),
  clock: () => Date.now(),
};

/**
 * @param folder the data folder that holds the database
 * @returns undefined if this system has no such folder in memory
 */
export function openHeartbeatMemory(
  folder: string,
  machine: MachineTime = sinceBoot,
): HeartbeatMemory | undefined {
  const mark = markFolder(folder);
  const user = process.getuid?.();
  if (mark === undefined || user === undefined || !existsSync(PLACE)) return undefined;
  // The inode number of a deleted folder can be reused, but not with the same birth time.
  const { birthtimeMs } = statSync(folder);
  if (birthtimeMs === 0) return undefined;
  const path = join(PLACE, `sharewell-${user}-${mark.device}-${mark.inode}-${Math.floor(birthtimeMs)}`);

  function read() {
    try {
      // Every user can write to that folder.
      if (statSync(path).uid !== user) return undefined;
      return shape.safeParse(JSON.parse(readFileSync(path, "utf8"))).data;
    } catch {
      return undefined;
    }
  }

  return {
    compare({ life, beat }) {
      const kept = read();
      if (kept === undefined || kept.beat < beat) return undefined;
      if (kept.beat > beat) return "later";
      const { stopped } = kept;
      if (stopped === undefined || kept.life !== life) return undefined;
      // If the machine was restored together with its memory, its count stood still meanwhile.
      const stoodStillMs = machine.clock() - stopped.clock - (machine.count() - stopped.count);
      return Math.abs(stoodStillMs) < TOLERANCE_MS ? "left" : undefined;
    },
    write(beat, isLast = false) {
      const draft = `${path}-${randomUUID()}`;
      try {
        const stopped = isLast ? { count: machine.count(), clock: machine.clock() } : undefined;
        writeFileSync(draft, JSON.stringify({ ...beat, stopped }), { mode: 0o600, flag: "wx" });
        renameSync(draft, path);
      } catch {
        rmSync(draft, { force: true });
        // An older beat would claim that nothing has run since.
        rmSync(path, { force: true });
      }
    },
  };
}
