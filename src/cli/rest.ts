/**
 * Gives memory back once a burst of work is over. V8 lets the space for what is new grow to 128 MB, and makes it small
 * again only when it has to collect everything; a service at rest gives it no reason to for minutes.
 */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

const LOOK_MS = 10_000;
/** Of one processor; at rest the service takes about 0.02. */
const AT_REST = 0.05;

/** @returns what ends it */
export function giveBackAtRest(lookMs = LOOK_MS): () => void {
  let wasBusy = true;
  let before = process.cpuUsage();
  const timer = setInterval(() => {
    const { user, system } = process.cpuUsage(before);
    before = process.cpuUsage();
    const isBusy = (user + system) / 1_000 > AT_REST * lookMs;
    if (wasBusy && !isBusy) collect();
    wasBusy = isBusy;
  }, lookMs);
  timer.unref();
  return () => clearInterval(timer);
}

/** Once after each burst: it holds up the process as long as V8's own collection of everything. */
function collect(): void {
  setFlagsFromString("--expose-gc");
  const gc: NodeJS.GCFunction = runInNewContext("gc");
  // Only this flavour gives the pages back to the system; others keep them for the next burst.
  gc({ type: "major", flavor: "last-resort" });
}
