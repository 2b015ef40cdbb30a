/** Keeps the simulated networks in a file, so that posts and tokens outlive a restart. */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { z } from "zod";
import { type NetworkName, savedWorldSchema } from "./network.ts";

/** Absent: the file is older than the network, which then begins anew. */
const younger = savedWorldSchema.optional();

const stateSchema = z.object({
  version: z.literal(1),
  mastodon: savedWorldSchema,
  twitter: savedWorldSchema,
  facebook: younger,
  instagram: younger,
  threads: younger,
  linkedin: younger,
});
type SavedState = Omit<z.infer<typeof stateSchema>, "version">;

const saveDelayMs = 50;

/** Opens the worlds as the file has them, or new ones where there is no file. */
export function takeUp<T>(path: string | undefined, open: (saved: SavedState | undefined) => T): T {
  if (path === undefined || !existsSync(path)) return open(undefined);
  try {
    return open(stateSchema.parse(JSON.parse(readFileSync(path, "utf8"))));
  } catch (cause) {
    throw new Error(`The emulator's state file ${path} cannot be read; delete it to start anew.`, { cause });
  }
}

export interface StateSaver {
  /** Saves shortly, once for many changes. */
  soon(): void;
  now(): void;
}

export function openStateSaver(path: string, state: () => Partial<Record<NetworkName, unknown>>): StateSaver {
  mkdirSync(dirname(path), { recursive: true });
  let timer: NodeJS.Timeout | undefined;
  const now = () => {
    clearTimeout(timer);
    timer = undefined;
    const beside = `${path}.new`;
    writeFileSync(beside, JSON.stringify({ version: 1, ...state() }), { mode: 0o600 });
    renameSync(beside, path);
  };
  return { now, soon: () => (timer ??= setTimeout(now, saveDelayMs)) };
}
