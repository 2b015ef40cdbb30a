/**
 * Gives memory back once a burst of work is over. V8 lets the space for what is new grow to 128 MB, and makes it small
 * again only when it has to collect everything; a service at rest gives it no reason to for minutes.
 */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

const LOOK_MS = 10_000;
/** Of one processor; at rest the service takes less than 0.01. */
const AT_REST = 0.05;
/** A start leaves as much behind as it keeps: that is given back as soon as it is over, not some looks later. */
const SOONER = 20;

/** @returns what ends it */
export function giveBackAtRest(lookMs = LOOK_MS): () => void {
  let wasBusy = true;
  let before = { cpu: process.cpuUsage(), at: performance.now() };
  let timer: NodeJS.Timeout | undefined;
  const look = (ms: number) => {
    timer = setTimeout(() => {
      const { user, system } = process.cpuUsage(before.cpu);
      const isBusy = (user + system) / 1_000 > AT_REST * (performance.now() - before.at);
      if (wasBusy && !isBusy) collect();
      before = { cpu: process.cpuUsage(), at: performance.now() };
      look(isBusy ? ms : lookMs);
      wasBusy = isBusy;
    }, ms);
    timer.unref();
  };
  look(lookMs / SOONER);
  return () => clearTimeout(timer);
}

/** Once after each burst: it holds up the process as long as V8's own collection of everything. */
function collect(): void {
  setFlagsFromString("--expose-gc");
  const gc: NodeJS.GCFunction = runInNewContext("gc");
  // Only this flavour gives the pages back to the system; others keep them for the next burst.
  gc({ type: "major", flavor: "last-resort" });
}
