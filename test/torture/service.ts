/**
 * A process of the service whose clock goes with those of the simulated networks, and for which the waits between two
 * steps are a fiftieth as long. The role is its argument; CLOCK_FILE holds by how many milliseconds clocks are ahead.
 */
import "../../src/light-imports.ts";
import { readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { readConfig } from "../../src/config.ts";
import { type Role, startService } from "../../src/service.ts";

const roles: Readonly<Record<string, Role>> = { web: "web", worker: "worker" };
const file = process.env.CLOCK_FILE ?? "";
let read = { at: 0, aheadMs: 0 };

function now(): Date {
  const real = Date.now();
  if (real - read.at > 50) read = { at: real, aheadMs: Number(readFileSync(file, "utf8")) || read.aheadMs };
  return new Date(real + read.aheadMs);
}

const service = await startService(
  readConfig(),
  { now, wait: async (milliseconds) => await pause(milliseconds / 50) },
  roles[process.argv[2] ?? ""],
);
process.once("SIGTERM", () => void service.stop().then(() => process.exit(0)));
