/** The servers that can be asked for the time. */
import { listServers } from "../../connections/app-store.ts";
import type { Database } from "../../database/open.ts";
import type { PlatformName } from "../../platforms/platform.ts";
import { aboutPlatform, type PlatformRegistry } from "../../platforms/registry.ts";

export interface TimeSource {
  readonly platform: PlatformName;
  /** The origin of the server. */
  readonly address: string;
}

/** Whether people choose among many servers of this network. */
export function isChosen(platform: PlatformName): boolean {
  return aboutPlatform(platform).server !== undefined;
}

/** With fewer fixed networks than this, servers that people use are asked too. */
const SOURCES = 3;

/** The servers to ask for the time. */
export async function findTimeSources(
  database: Database,
  platforms: Pick<PlatformRegistry, "clockSources" | "availablePlatforms">,
): Promise<TimeSource[]> {
  const fixed = platforms.clockSources();
  if (fixed.length >= SOURCES) return fixed;
  const chosen = platforms.availablePlatforms().find(({ about }) => about.server !== undefined);
  if (chosen === undefined) return fixed;
  const addresses = await listServers(database, SOURCES);
  return [...fixed, ...addresses.map((address) => ({ platform: chosen.name, address }))];
}
