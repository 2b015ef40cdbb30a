/**
 * Reads 200 hostile pages with their pictures, twice, and measures how long health checks and sign-ins take meanwhile and how
 * much memory stays in use. `--against DIR` first measures another built checkout in the same way, which may hang or end.
 */
import { mkdtempSync, readlinkSync, rmSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import { Worker } from "node:worker_threads";
import { generateKey } from "../../src/vault/fernet.ts";
import { beside } from "../../src/workers/workers.ts";
import { freePort } from "../../test/harness/networks/networks.ts";
import { createVisitor, type Visitor } from "../../test/harness/people/visitor.ts";
import { type RunningProcess, startProcess, untilReady } from "../../test/harness/services/process.ts";
import { familyOf, proportionalMegabytes } from "../memory.ts";
import { percentile } from "../world.ts";
import type { Probes, ProbesTask } from "./hostile-probes.ts";
import { type HostileSite, startHostileSite } from "./hostile-site.ts";

const READERS = 4;
const AT_A_TIME = 6;
const ROUNDS = 2;
/** The longest time for reading all pages. */
const LONGEST_MS = 90_000;
/** The longest wait for an answer (hostile-probes.ts). */
const PATIENCE_MS = 30_000;
const SIGN_INS = 12;
/** By then, idle worker processes have ended. */
const REST_MS = 40_000;
const PASSWORD = "quartz ferry plum orchid 71";

export async function measureHostile(): Promise<void> {
  const { against } = parseArgs({
    args: process.argv.slice(3),
    options: { against: { type: "string" } },
  }).values;
  const site = await startHostileSite();
  for (const folder of against === undefined ? ["."] : [against, "."]) {
    console.log(`${resolve(folder)}, at a load of ${loadavg()[0]?.toFixed(1)}:`);
    await measure(site, resolve(folder, "dist/src/main.js")).catch((error: unknown) =>
      console.log(`  could not be measured further: ${error}`),
    );
  }
  site.stop();
  console.log(
    "(aims: /healthz within 100 ms for 99 %, sign-in within twice its time at rest, memory within 10 % of what it was)",
  );
}

async function measure(site: HostileSite, program: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "sharewell-bench-"));
  const port = await freePort();
  const address = `http://127.0.0.1:${port}/`;
  const service = startProcess(
    ["serve"],
    {
      PORT: String(port),
      SOCIAL_BASE_URL: address,
      SOCIAL_ENCRYPTION_KEY: generateKey(),
      SOCIAL_SESSION_SECRET: generateKey(),
      SOCIAL_DATA_DIR: folder,
      SOCIAL_LOG_LEVEL: "error",
      SOCIAL_SIGN_UP: "open",
      SOCIAL_ALLOWED_HOSTS: "*.localhost,127.0.0.1",
      SOCIAL_TRUST_PROXY: "true",
    },
    program,
  );
  try {
    await untilReady(service, address);
    const readers: Visitor[] = [];
    for (let reader = 0; reader < READERS; reader += 1) readers.push(await signUp(address, reader));
    const started = memoryOf(service);
    // Ordinary pages first, so that what they load and keep does not count against the hostile ones.
    await readAll(readers, site.honest, AbortSignal.timeout(LONGEST_MS));
    const atRest = percentile((await startProbes(address, SIGN_INS).probes).signIns, 0.5);
    await pause(REST_MS);
    const before = memoryOf(service);
    console.log(
      `  at rest: sign-in ${show(atRest)}; memory ${started.toFixed(0)} MB once it has started, ${before.toFixed(0)} MB after ${site.honest.length} honest pages and a rest`,
    );
    for (let round = 1; round <= ROUNDS; round += 1) {
      console.log(`  ${site.pages(round).length} hostile pages${round > 1 ? " again" : ""}:`);
      await measureRound(service, address, { readers, pages: site.pages(round), atRest, before });
    }
  } finally {
    await endFamily(service);
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Round {
  readonly readers: readonly Visitor[];
  readonly pages: readonly string[];
  readonly atRest: number;
  readonly before: number;
}

async function measureRound(
  service: RunningProcess,
  address: string,
  { readers, pages, atRest, before }: Round,
): Promise<void> {
  let most = 0;
  const weighing = setInterval(() => (most = Math.max(most, memoryOf(service))), 1_000);
  const watching = startProbes(address);
  const start = performance.now();
  const done = await readAll(readers, pages, AbortSignal.timeout(LONGEST_MS));
  const took = (performance.now() - start) / 1_000;
  watching.stop();
  const { health, signIns } = await watching.probes;
  clearInterval(weighing);
  console.log(
    [
      `    ${done} answered for, in ${took.toFixed(0)} s`,
      `    /healthz: median ${show(percentile(health, 0.5))}, 99 % ${show(percentile(health, 0.99))}, most ${show(Math.max(...health))} (${health.length} asked)`,
      `    sign-in: median ${show(percentile(signIns, 0.5))} (${(percentile(signIns, 0.5) / atRest).toFixed(1)} times; most ${show(Math.max(...signIns))}; ${signIns.length} asked)`,
    ].join("\n"),
  );
  await Promise.race([pause(REST_MS), service.ended]);
  if (service.child.exitCode !== null || service.child.signalCode !== null)
    throw new Error(`the service ended (${await service.ended})`);
  const after = memoryOf(service);
  const growth = (after / before - 1) * 100;
  console.log(
    `    memory: at most ${most.toFixed(0)} MB, ${after.toFixed(0)} MB after a rest (${growth < 0 ? "" : "+"}${growth.toFixed(0)} %)`,
  );
}

const show = (milliseconds: number) =>
  milliseconds >= PATIENCE_MS ? `no answer for ${PATIENCE_MS / 1_000} s` : `${Math.round(milliseconds)} ms`;

/** @param signIns how many sign-ins to do, and nothing else; undefined: run until stopped */
function startProbes(address: string, signIns?: number) {
  const mails = Array.from({ length: READERS }, (_, reader) => mailOf(reader));
  const task: ProbesTask = {
    ...{ address, mails, password: PASSWORD },
    ...(signIns === undefined ? {} : { signIns }),
  };
  const thread = new Worker(beside(import.meta.url, "hostile-probes"), { workerData: task });
  const probes = new Promise<Probes>((done, fail) => thread.once("message", done).once("error", fail));
  return { probes, stop: () => thread.postMessage("stop") };
}

/** Has every page read, several at a time per reader. @returns how many were answered */
async function readAll(
  readers: readonly Visitor[],
  pages: readonly string[],
  end: AbortSignal,
): Promise<number> {
  const left = [...pages];
  let done = 0;
  const work = async (reader: Visitor) => {
    for (let page = left.shift(); page !== undefined && !end.aborted; page = left.shift())
      if (await read(reader, page).catch(() => false)) done += 1;
  };
  const all = readers.flatMap((reader) => Array.from({ length: AT_A_TIME }, () => work(reader)));
  await Promise.race([
    Promise.all(all),
    new Promise<void>((given) => end.addEventListener("abort", () => given())),
  ]);
  return done;
}

async function read(reader: Visitor, page: string): Promise<boolean> {
  const answer = await reader.get(`/card?${new URLSearchParams({ url: page })}`);
  await answer.text();
  return answer.status === 200;
}

const mailOf = (person: number) => `reader${person}@example.com`;

async function signUp(address: string, person: number): Promise<Visitor> {
  const visitor = createVisitor({ address });
  const form = { name: "A reader", email: mailOf(person), password: PASSWORD };
  const answer = await visitor.post("/sign-up/", form);
  if (answer.status !== 303) throw new Error(`Signing up answered ${answer.status}.`);
  return visitor;
}

/** The memory of the service with its worker processes, without the database. */
function memoryOf({ child }: RunningProcess): number {
  let sum = 0;
  for (const pid of familyOf(child.pid ?? 0)) {
    try {
      if (readlinkSync(`/proc/${pid}/exe`) === process.execPath) sum += proportionalMegabytes(pid);
    } catch {
      // The process has ended meanwhile.
    }
  }
  return sum;
}

/** A service in an endless loop does not react to a signal. */
async function endFamily({ child, ended }: RunningProcess): Promise<void> {
  const family = familyOf(child.pid ?? 0);
  child.kill("SIGTERM");
  const isOver = await Promise.race([ended.then(() => true), pause(20_000).then(() => false)]);
  if (isOver) return;
  for (const pid of family) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It has already ended.
    }
  }
  await ended;
}
