/** Whether this machine reaches the internet, without a call to anybody's server. */
import { lookup } from "node:dns/promises";
import { setTimeout as pause } from "node:timers/promises";

/** A machine without a network may wait long for its name server, in milliseconds. */
const PATIENCE_MS = 3_000;
/** Names that exist wherever the internet is: of the root servers. */
const NAMES = ["a.root-servers.net", "k.root-servers.net"] as const;

/** Whether names of the internet are resolved here. */
export async function reachesInternet(): Promise<boolean> {
  const found = NAMES.map((name) => lookup(name).then(() => true));
  const late = pause(PATIENCE_MS, false, { ref: false });
  return await Promise.race([Promise.any(found).catch(() => false), late]);
}
