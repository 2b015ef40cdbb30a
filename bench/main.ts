/** `npm run bench NAME`: runs one of the measurements. */
import "../src/light-imports.ts";

const measurements: Readonly<Record<string, () => Promise<() => Promise<void>>>> = {
  latency: async () => (await import("./latency.ts")).measureLatency,
  fanout: async () => (await import("./fanout.ts")).measureFanout,
  button: async () => (await import("./button/button.ts")).measureButton,
  pages: async () => (await import("./pages.ts")).measurePages,
  delivery: async () => (await import("./delivery/delivery.ts")).measureDelivery,
  volume: async () => (await import("./volume/volume.ts")).measureVolume,
  size: async () => (await import("./size/size.ts")).measureSize,
  "first-share": async () => (await import("./first-share.ts")).measureFirstShare,
  bulk: async () => (await import("./bulk.ts")).measureBulk,
  audit: async () => (await import("./audit.ts")).measureAudit,
  hostile: async () => (await import("./hostile/hostile.ts")).measureHostile,
  idle: async () => (await import("./at-rest/idle.ts")).measureIdle,
  request: async () => (await import("./at-rest/request.ts")).measureRequest,
  start: async () => (await import("./at-rest/start.ts")).measureStart,
  retention: async () => (await import("./retention.ts")).measureRetention,
  load: async () => (await import("./load.ts")).measureLoad,
};

const load = measurements[process.argv[2] ?? ""];
if (load === undefined) {
  console.error(`Say which: ${Object.keys(measurements).join(", ")}.`);
  process.exit(2);
}
const measure = await load();
await measure();
process.exit();
