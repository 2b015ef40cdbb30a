/** Keeps the simulated networks in a file, so that posts and tokens survive a restart. */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { z } from "zod";
import { type SavedWorld, savedWorldSchema } from "./network.ts";
import type { NetworkName } from "./networks.ts";

/** A network that is missing in an older file starts empty. */
const stateSchema = z.object({ version: z.literal(1) }).catchall(savedWorldSchema);

/** The worlds in the file, by network. */
export type SavedWorlds = Readonly<Partial<Record<NetworkName, SavedWorld>>>;

const saveDelayMs = 50;

/** Opens the worlds from the file, or new ones if there is no file. */
export function takeUp<T>(path: string | undefined, open: (saved: SavedWorlds | undefined) => T): T {
  if (path === undefined || !existsSync(path)) return open(undefined);
  try {
    const { version: _, ...saved } = stateSchema.parse(JSON.parse(readFileSync(path, "utf8")));
    return open(saved);
  } catch (cause) {
    throw new Error(`The emulator's state file ${path} cannot be read. Delete it to start again.`, { cause });
  }
}

export interface StateSaver {
  /** Saves soon, once for several changes. */
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
