/** The releases of Mastodon that differ for apps (docs/networks/fediverse.md). */
import type { Switches } from "./memory.ts";

/** In ascending order. */
export const releases = ["4.2", "4.3", "4.4", "4.5", "4.6"] as const;

type Release = (typeof releases)[number];

/** Whether a server's API is that of this release or a later one. */
export function isFrom({ release }: Pick<Switches, "release">, since: Release): boolean {
  return releases.indexOf(release) >= releases.indexOf(since);
}
