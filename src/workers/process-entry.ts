/** The entry of a worker process: loads its code, handles one task at a time, and ends with its parent. */
import { setPriority } from "node:os";
import { pathToFileURL } from "node:url";
import { NICENESS } from "./workers.ts";

const [, , file = "", memoryMb = ""] = process.argv;
const mostBytes = Number(memoryMb) * 1_024 * 1_024;
const loaded: Promise<{ work(task: unknown): unknown }> = import(pathToFileURL(file).href);

setPriority(NICENESS);

process.on("message", async (task) => {
  // Memory outside of JavaScript has no limit of its own, and is taken while JavaScript waits.
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
// Ctrl-C and supervisors signal the whole group, but the parent still needs the current task and ends this
// process itself.
process.on("SIGINT", () => {});
process.on("SIGTERM", () => {});
