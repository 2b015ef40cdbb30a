/** `npm run fuzz -- --requests N --seed N`, or `--replay FILE` with the request of a finding. */
import "../../../src/light-imports.ts";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { startEmbedded } from "../../../src/database/embedded/embedded.ts";
import { fuzz } from "./fuzz.ts";
import { withIds } from "./replay.ts";
import type { FuzzRequest } from "./requests.ts";
import { send } from "./send.ts";
import { openWorld } from "./world.ts";

const { values } = parseArgs({
  options: {
    requests: { type: "string", default: "100000" },
    seed: { type: "string", default: String(Math.floor(Math.random() * 1_000_000)) },
    replay: { type: "string" },
  },
});
const folder = mkdtempSync(join(tmpdir(), "sharewell-fuzz-"));
const careless = { fsync: "off", full_page_writes: "off", synchronous_commit: "off" };
const database = await startEmbedded(folder, { settings: careless });
const host = encodeURIComponent(String(database.connection.host));
const world = await openWorld(`postgres://sharewell@localhost/sharewell?host=${host}`);
let isGood: boolean;
if (values.replay === undefined) {
  const [requests, seed] = [Number(values.requests), Number(values.seed)];
  console.log(`${requests} requests with seed ${seed}`);
  const report = await fuzz(world, { requests, seed, tell: (line) => console.log(line) });
  const counted = [...report.statuses]
    .sort(([a], [b]) => a - b)
    .map(([status, number]) => `${number} × ${status}`);
  const rate = Math.round(report.requests / report.seconds);
  console.log(
    `${report.requests} requests to ${report.routes} routes with seed ${seed} in ${Math.round(report.seconds)} s, ${rate} a second: ${counted.join(", ")}; ${report.memory.join(" MB, then ")} MB; ${report.findings.length} findings`,
  );
  isGood = report.findings.length === 0;
} else {
  const request = withIds(world.ids, JSON.parse(readFileSync(values.replay, "utf8")) as FuzzRequest);
  const { status, text } = await send(world, request);
  const troubles = world.takeTroubles();
  console.log([`${status}`, text, ...troubles].join("\n"));
  isGood = status < 500 && troubles.length === 0;
}
await world.stop();
await database.stop();
rmSync(folder, { recursive: true, force: true });
process.exit(isGood ? 0 : 1);
