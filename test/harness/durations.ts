/** How long each test file takes, kept from run to run, so that the longest files start first. */
import { readFileSync, writeFileSync } from "node:fs";
import { relative } from "node:path";
import { z } from "zod";

/** Seconds by file, as powers of two, which differ little between machines. */
export type Durations = Readonly<Record<string, number>>;

const place = new URL("durations.json", import.meta.url);
const shape = z.record(z.string(), z.number().positive());

/** Seconds of a file that the list does not have yet. A new file that is long does not start last. */
const UNKNOWN = 8;

export function readDurations(): Durations {
  return shape.parse(JSON.parse(readFileSync(place, "utf8")));
}

export function writeDurations(durations: Durations): void {
  writeFileSync(place, `${JSON.stringify(durations, undefined, 2)}\n`);
}

/** A path below `root`, as the list names it. */
export function nameIn(root: string, path: string): string {
  return relative(root, path).replaceAll("\\", "/");
}

/** A new array: the longest first, and files of one duration by their names. */
export function longestFirst<T>(files: readonly T[], durations: Durations, nameOf: (file: T) => string): T[] {
  const seconds = (file: T) => durations[nameOf(file)] ?? UNKNOWN;
  return files.toSorted(
    (one, other) => seconds(other) - seconds(one) || (nameOf(one) < nameOf(other) ? -1 : 1),
  );
}

/**
 * The list after a run of all files. A duration that was measured replaces the known one only where they are more than a
 * factor of two apart, so that the list changes with the tests and not with the machine.
 * @param measured milliseconds by file
 */
export function learnDurations(known: Durations, measured: Readonly<Record<string, number>>): Durations {
  return Object.fromEntries(
    Object.entries(measured)
      .map(([name, milliseconds]) => {
        const seconds = 2 ** Math.max(0, Math.round(Math.log2(milliseconds / 1_000)));
        const before = known[name] ?? 0;
        return [name, seconds > 2 * before || before > 2 * seconds ? seconds : before] as const;
      })
      .toSorted(([one], [other]) => (one < other ? -1 : 1)),
  );
}
