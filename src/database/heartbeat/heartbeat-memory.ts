/**
 * The newest beat in this machine's memory: a disk that was put back brings an older one with it, but not this. So it tells
 * a long stop from a snapshot that was put back meanwhile. It is gone once the machine starts anew.
 */
import { randomUUID } from "node:crypto";
import { existsSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { MachineTime } from "../clock.ts";
import { markFolder } from "../embedded/process-marks.ts";
import type { Beat } from "./heartbeat-file.ts";

export interface HeartbeatMemory {
  /** "later": a newer beat than this one is known. "left": a service stopped in order right after this beat, and none ran since. */
  compare(beat: Beat): "later" | "left" | undefined;
  /** @param isLast the service stops now, and writes nothing more */
  write(beat: Beat, isLast?: boolean): void;
}

const shape = z.object({
  life: z.string(),
  beat: z.number(),
  stopped: z.object({ count: z.number(), clock: z.number() }).optional(),
});

/** Linux keeps in memory what lies there. */
const PLACE = "/dev/shm";

/** By so much a machine's clock and its count may differ without anybody having put the machine back. */
const TOLERANCE_MS = 60_000;

/** A count that goes on from process to process, until the machine starts anew. */
const sinceBoot: MachineTime = {
  count: () => Number(process.hrtime.bigint() / 1_000_000n),
  clock: () => Date.now(),
};

/**
 * @param folder the data folder that holds the database
 * @returns undefined where this system has no such place
 */
export function openHeartbeatMemory(
  folder: string,
  machine: MachineTime = sinceBoot,
): HeartbeatMemory | undefined {
  const mark = markFolder(folder);
  const user = process.getuid?.();
  if (mark === undefined || user === undefined || !existsSync(PLACE)) return undefined;
  // Another folder may have been given the number of one that is gone; not its time of birth.
  const { birthtimeMs } = statSync(folder);
  if (birthtimeMs === 0) return undefined;
  const path = join(PLACE, `sharewell-${user}-${mark.device}-${mark.inode}-${Math.floor(birthtimeMs)}`);

  function read() {
    try {
      // Anybody may write in that place.
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
      // A machine that was put back together with its memory has a count that stood still meanwhile.
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
        // An older beat there would say that nothing ran since.
        rmSync(path, { force: true });
      }
    },
  };
}
