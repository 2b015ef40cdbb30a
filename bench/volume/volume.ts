/**
 * Whether the pages of a person with 2,000 accounts are as small, and almost as fast, as those of one with seven. Requests every
 * page of the route table as both, in turns, and fails if one is larger or slower than the aim.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startEmulator } from "../../emulator/server.ts";
import { registerApps } from "../../src/cli/demo/demo-apps.ts";
import { readConfig } from "../../src/config/config.ts";
import { createApp } from "../../src/service/app.ts";
import { startService } from "../../src/service/service.ts";
import { submitShares } from "../../src/sharing/requests/submit.ts";
import { onFreePort, serviceVariables } from "../../test/harness/networks/networks.ts";
import { type Amount, settle } from "../../test/harness/people/somebody.ts";
import { draftTo, percentile } from "../world.ts";
import { listPages, type Page } from "./pages.ts";
import { addVisited, type Visited } from "./visited.ts";

const few: Amount = { accounts: 7, groups: 2, members: 3, requests: 40, waiting: 2 };
const many: Amount = { accounts: 2_000, groups: 50, members: 100, requests: 20_000, waiting: 500 };

const MOST_BYTES = 120_000;
const MOST_TIMES = 3;
const WARM_UP = 4;
const RUNS = 15;

export async function measureVolume(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "sharewell-bench-"));
  const emulator = await startEmulator();
  const { service, config } = await onFreePort(async (port) => {
    const changes = { SOCIAL_DATA_DIR: folder, SOCIAL_LOG_LEVEL: "error" };
    const config = readConfig(serviceVariables({ port, emulator, changes }), {});
    return { config, service: await startService(config, {}, "web") };
  });
  const { runtime } = service;
  const address = config.baseUrl.href;
  await registerApps(emulator, address);
  const people = {
    few: await addVisited(runtime, address, "Few", few),
    many: await addVisited(runtime, address, "Many", many),
  };
  await settle(runtime);
  console.log(`pages of a person with ${few.accounts} accounts, and with ${many.accounts}: bytes, ms, ratio`);
  console.log(`(aims: at most ${MOST_BYTES / 1_000} kB, at most ${MOST_TIMES} times)`);
  let broken = 0;
  for (const page of listPages(createApp(runtime).routes)) broken += await measure(page, people);
  for (const person of [people.few, people.many]) {
    const submit = () => submitShares(runtime, person, toAll());
    const took = [await timed(submit), await timed(submit), await timed(submit)];
    console.log(
      `  sharing to all ${person.connectionIds.length} accounts: ${percentile(took, 0.5).toFixed(0)} ms`,
    );
  }
  console.log(broken === 0 ? "Every page is within the aims." : `${broken} pages are not!`);
  await service.stop();
  await emulator.stop();
  rmSync(folder, { recursive: true, force: true });
  if (broken > 0) process.exitCode = 1;
}

/** One form field selects the accounts. */
function toAll() {
  return { ...draftTo([], "Worth a read", "https://blog.example.com/a.jpg"), searches: [{}] };
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const from = performance.now();
  await work();
  return performance.now() - from;
}

type People = Readonly<Record<"few" | "many", Visited>>;

/** @returns 1 if the page misses an aim, else 0 */
async function measure(page: Page, people: People): Promise<number> {
  const bytes = { few: 0, many: 0 };
  const times: Record<"few" | "many", number[]> = { few: [], many: [] };
  for (let run = 0; run < WARM_UP + RUNS; run += 1) {
    // In turns, and each goes first equally often.
    for (const who of run % 2 === 0 ? (["few", "many"] as const) : (["many", "few"] as const)) {
      const from = performance.now();
      const answer = await page.ask(people[who]);
      const body = await answer.arrayBuffer();
      const took = performance.now() - from;
      if (!isPage(answer)) return 0;
      bytes[who] = body.byteLength;
      if (run >= WARM_UP) times[who].push(took);
    }
  }
  const [short, long] = [percentile(times.few, 0.5), percentile(times.many, 0.5)];
  const isBroken = bytes.many > MOST_BYTES || long / short > MOST_TIMES;
  console.log(
    `${isBroken ? "!" : " "} ${page.name}: ${kilo(bytes.few)} and ${kilo(bytes.many)} kB; ${short.toFixed(1)} and ${long.toFixed(1)} ms: ${(long / short).toFixed(2)}`,
  );
  return isBroken ? 1 : 0;
}

/** Pages for people, not redirects, files or data. */
function isPage(answer: Response): boolean {
  if (answer.status >= 500) throw new Error(`${answer.url}: ${answer.status}`);
  return answer.status < 300 && (answer.headers.get("content-type") ?? "").startsWith("text/html");
}

const kilo = (bytes: number) => (bytes / 1_000).toFixed(1);
