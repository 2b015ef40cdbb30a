/**
 * A process of the service whose machine follows the clocks of the simulated networks and of the database, and whose
 * waits between two steps are a fiftieth as long. Its role is the argument; CLOCK_FILE says by how many milliseconds
 * all clocks are ahead.
 */
import "../../../src/light-imports.ts";
import { readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { readConfig } from "../../../src/config/config.ts";
import { type Role, startService } from "../../../src/service/service.ts";

const roles: Readonly<Record<string, Role>> = { web: "web", worker: "worker" };
const file = process.env.CLOCK_FILE ?? "";
let read = { at: -Infinity, aheadMs: 0 };

function aheadMs(): number {
  const at = performance.now();
  if (at - read.at > 10) read = { at, aheadMs: Number(readFileSync(file, "utf8")) || read.aheadMs };
  return read.aheadMs;
}

const machine = { count: () => performance.now() + aheadMs(), clock: () => Date.now() + aheadMs() };

const service = await startService(
  readConfig(),
  { machine, wait: async (milliseconds) => await pause(milliseconds / 50) },
  roles[process.argv[2] ?? ""],
);
process.once("SIGTERM", () => void service.stop().then(() => process.exit(0)));
