/**
 * The share button's fragment compared with a bare server that sends the same bytes, in turns, and the share page with a
 * warm cache.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eq } from "drizzle-orm";
import { startEmulator } from "../../emulator/server.ts";
import { registerApps } from "../../src/cli/demo/demo-apps.ts";
import { readConfig } from "../../src/config/config.ts";
import { users } from "../../src/database/schema.ts";
import { createPerson } from "../../src/people/sign-up/create-person.ts";
import { startService } from "../../src/service/service.ts";
import { freePort, onFreePort, serviceVariables } from "../../test/harness/networks/networks.ts";
import { connectAccount } from "../../test/harness/people/accounts.ts";
import { signedInVisitor } from "../../test/harness/people/visitor.ts";
import { startProcess, untilReady } from "../../test/harness/services/process.ts";
import { waitFor } from "../../test/harness/wait.ts";
import { percentile } from "../world.ts";
import { measureLoad } from "./load.ts";

const ROUNDS = 6;
const SECONDS = 4;
/** Together with the warm-up, fewer than a person can read in a minute (limits/rules.ts). */
const LOOKS = 100;
const WARM_UP = 15;
const PAGES = 200;

export async function measureButton(): Promise<void> {
  await measureFragment();
  await measureSharePage();
}

/** Both servers are separate processes, the service as it runs in production. */
async function measureFragment(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "sharewell-bench-"));
  const [port, barePort] = [await freePort(), await freePort()];
  const emulator = await startEmulator();
  const changes = { SOCIAL_DATA_DIR: folder, SOCIAL_LOG_LEVEL: "error" };
  const service = startProcess(["serve"], serviceVariables({ port, emulator, changes }));
  await untilReady(service, `http://127.0.0.1:${port}/`);
  const paths = Array.from({ length: PAGES }, (_, index) => {
    const page = {
      url: `https://blog.example.com/posts/${index}`,
      title: `Post ${index}: why the ships came home`,
      description: "For ninety years Skerry Point shouted into the fog.",
      image: `https://blog.example.com/pictures/${index}.jpg`,
    };
    return `/fragments/share-button?${new URLSearchParams(page)}`;
  });
  const address = `http://127.0.0.1:${port}${paths[100]}`;
  const bare = startProcess([String(barePort), address], {}, "dist/bench/button/bare.js");
  await waitFor("the bare server", () =>
    fetch(`http://127.0.0.1:${barePort}/`).then(
      () => true as const,
      () => undefined,
    ),
  );
  for (const each of [port, barePort]) await measureLoad(each, paths, 1);
  const ratios: number[] = [];
  const latencies: (readonly number[])[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const ours = await measureLoad(port, paths, SECONDS);
    const theirs = await measureLoad(barePort, paths, SECONDS);
    ratios.push(ours.perSecond / theirs.perSecond);
    latencies.push(ours.latencies);
    console.log(
      `  ${Math.round(ours.perSecond)} requests per second, bare ${Math.round(theirs.perSecond)}: ${ratios.at(-1)?.toFixed(2)}`,
    );
  }
  const all = latencies.flat();
  console.log(
    `fragment: ${percentile(ratios, 0.5).toFixed(2)} of a bare server (aim: at least 0.7); under load 99 % within ${percentile(all, 0.99).toFixed(1)} ms, half within ${percentile(all, 0.5).toFixed(1)} ms`,
  );
  for (const { child, ended } of [service, bare]) {
    child.kill("SIGTERM");
    await ended;
  }
  await emulator.stop();
  rmSync(folder, { recursive: true, force: true });
}

/** One person with accounts on all networks requests one share page again and again. */
async function measureSharePage(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "sharewell-bench-"));
  const emulator = await startEmulator();
  const site = createServer((_request, response) => {
    response
      .writeHead(200, { "content-type": "text/html" })
      .end('<title>A page</title><meta property="og:description" content="Of some words">');
  });
  await new Promise<void>((done) => site.listen(0, "127.0.0.1", done));
  const { service, config } = await onFreePort(async (port) => {
    const changes = { SOCIAL_DATA_DIR: folder, SOCIAL_LOG_LEVEL: "error" };
    const config = readConfig(serviceVariables({ port, emulator, changes }), {});
    return { config, service: await startService(config) };
  });
  await registerApps(emulator, config.baseUrl.href);
  const login = { name: "Ana", email: "ana@example.com", password: "a sea of lanterns" };
  await createPerson(service.runtime, login);
  const [person] = await service.runtime.database.select().from(users).where(eq(users.email, login.email));
  if (person === undefined) throw new Error("Ana is not there.");
  for (const platform of ["facebook", "instagram", "threads", "twitter", "linkedin"] as const)
    await connectAccount(service.runtime, person, { platform });
  const visitor = await signedInVisitor({ address: config.baseUrl.href }, login);
  const path = `/social/share/?url=http://127.0.0.1:${(site.address() as AddressInfo).port}/page`;
  const took: number[] = [];
  for (let look = 0; look < LOOKS + WARM_UP; look += 1) {
    const start = performance.now();
    await (await visitor.get(path)).text();
    if (look >= WARM_UP) took.push(performance.now() - start);
  }
  console.log(
    `share page, its page known: half within ${percentile(took, 0.5).toFixed(1)} ms, 95 % within ${percentile(took, 0.95).toFixed(1)} ms (aim: 15 ms)`,
  );
  site.closeAllConnections();
  site.close();
  await service.stop();
  await emulator.stop();
  rmSync(folder, { recursive: true, force: true });
}
