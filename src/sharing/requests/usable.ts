/** Which connections a person can choose for a page. */
import type { Connection } from "../../connections/connection.ts";
import type { PlatformName } from "../../platforms/platform.ts";

interface Choosable {
  /** The networks that accept the page. */
  readonly platforms: readonly PlatformName[];
  /** Ids of connections with shares that wait for their reconnection. */
  readonly waiting: readonly string[];
}

/** Tells whether a connection can be chosen: its network accepts the page, and it works or its share waits for it. */
export function isChoosable(
  { id, platform, status }: Connection,
  { platforms, waiting }: Choosable,
): boolean {
  return platforms.includes(platform) && (status === "active" || waiting.includes(id));
}
