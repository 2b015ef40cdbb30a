/** Starts one example site from the command line: `node dist/examples/blog/main.js --port 4101 --sharewell http://…`. */
import { parseArgs } from "node:util";
import type { Item } from "./page.tsx";
import { type Site, startSite } from "./server.ts";

export async function startFromCommandLine<T extends Item>(site: Site<T>, port: number): Promise<void> {
  const { values } = parseArgs({
    options: {
      host: { type: "string", default: "127.0.0.1" },
      port: { type: "string", default: String(port) },
      sharewell: { type: "string", default: "http://127.0.0.1:4100/" },
    },
  });
  const running = await startSite(site, { host: values.host, port: Number(values.port) });
  running.pointTo(values.sharewell);
  process.stdout.write(`${site.name} is at ${running.address}, and shares by ${values.sharewell}\n`);
}
