/** What a worker that is a process of its own runs: loads its code, works on one task after the other, ends with its parent. */
import { setPriority } from "node:os";
import { pathToFileURL } from "node:url";
import { NICENESS } from "./workers.ts";

const [, , file = "", memoryMb = ""] = process.argv;
const mostBytes = Number(memoryMb) * 1_024 * 1_024;
const loaded: Promise<{ work(task: unknown): unknown }> = import(pathToFileURL(file).href);

setPriority(NICENESS);

process.on("message", async (task) => {
  // Memory that is not JavaScript's has no limit of its own; it is taken while JavaScript waits.
  const watch = setInterval(() => {
    if (process.memoryUsage.rss() > mostBytes) process.exit(1);
  }, 50);
  try {
    const { work } = await loaded;
    process.send?.({ started: true });
    process.send?.({ returned: await work(task) });
  } catch (error) {
    process.send?.({ thrown: String(error) });
  } finally {
    clearInterval(watch);
  }
});
process.on("disconnect", () => process.exit());
// Ctrl-C and a supervisor's stop reach the whole group: the parent still needs what is under way, and ends this itself.
process.on("SIGINT", () => {});
process.on("SIGTERM", () => {});
