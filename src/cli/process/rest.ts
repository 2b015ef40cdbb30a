/**
 * Frees memory after a burst of work. V8 lets its young generation grow to 128 MB and only shrinks it in a full
 * collection, which an idle service may not trigger for minutes.
 */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

const LOOK_MS = 10_000;
/** The share of one processor; an idle service needs less than 0.01. */
const AT_REST = 0.05;
/** A start leaves as much garbage as it keeps, so the first look comes this many times sooner. */
const SOONER = 20;

/** Starts watching. @returns a function that stops it */
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

/** Runs a full collection, which blocks the process as long as any other one. */
function collect(): void {
  setFlagsFromString("--expose-gc");
  const gc: NodeJS.GCFunction = runInNewContext("gc");
  // Only this flavour returns pages to the system; others keep them for the next burst.
  gc({ type: "major", flavor: "last-resort" });
}
