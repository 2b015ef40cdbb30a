/**
 * The service as a process for which the waits that networks need between two steps pass at once: the clocks of the
 * simulated networks move on instead. Their ports come in EMULATED_PORTS.
 */
import "../../src/light-imports.ts";
import { readConfig } from "../../src/config.ts";
import { startService } from "../../src/service.ts";

const ports = (process.env.EMULATED_PORTS ?? "").split(",");

const service = await startService(readConfig(), {
  wait: async (milliseconds) => {
    const body = JSON.stringify({ advanceSeconds: milliseconds / 1_000 });
    for (const port of ports)
      await fetch(`http://127.0.0.1:${port}/_emulator/clock`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body,
      });
  },
});
process.once("SIGTERM", () => void service.stop().then(() => process.exit(0)));
