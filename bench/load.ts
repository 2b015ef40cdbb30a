/**
 * People view pages, share and view the results, on real processes, while all workers are killed twice. Prints requests, errors
 * and durations, the CPU time of the web process per request, and the result of every share.
 */
import { readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { type Fleet, type Member, openFleet } from "../test/harness/services/fleet.ts";
import { percentile } from "./world.ts";

const PEOPLE = 100;
const WORKERS = 2;
const SECONDS = 180;
/** The pause between two requests of a person, in milliseconds. */
const LEAST_PAUSE_MS = 1_000;
const MOST_PAUSE_MS = 3_000;
/** How often a person views the result of a share. */
const LOOKS = 3;
/** The clock tick of Linux (`getconf CLK_TCK`). */
const TICK_MS = 10;

interface Run {
  readonly fleet: Fleet;
  readonly until: number;
  /** The duration of each answer in milliseconds. */
  readonly times: number[];
  /** The errors, each with its count. */
  readonly errors: Map<string, number>;
}

export async function measureLoad(): Promise<void> {
  const seconds = Number(process.argv[3] ?? SECONDS);
  const fleet = await openFleet({ people: PEOPLE, workers: WORKERS, changes: { SOCIAL_LOG_LEVEL: "error" } });
  try {
    const run: Run = { fleet, until: Date.now() + seconds * 1_000, times: [], errors: new Map() };
    // A warm-up, so that everything is loaded and compiled.
    for (const member of fleet.members.slice(0, 10)) await visitOnce({ ...run, until: 0, times: [] }, member);
    const before = cpuOf(fleet);
    const dying = killTwice(fleet, seconds);
    await Promise.all(fleet.members.map((member) => useIt(run, member)));
    const cpu = cpuOf(fleet) - before;
    await dying;
    tell(run, cpu, seconds);
    console.log(JSON.stringify(await fleet.settle()));
  } finally {
    await fleet.stop();
  }
}

/** Kills all workers at once, at a third and at two thirds of the time. */
async function killTwice(fleet: Fleet, seconds: number): Promise<void> {
  const names = Array.from({ length: WORKERS }, (_, index) => `worker ${index + 1}`);
  for (let time = 0; time < 2; time += 1) {
    await pause((seconds * 1_000) / 3);
    await Promise.all(names.map((name) => fleet.end(name, "SIGKILL")));
    await Promise.all(names.map(fleet.start));
  }
}

async function useIt(run: Run, member: Member): Promise<void> {
  // Spread over time.
  await pause(Math.random() * MOST_PAUSE_MS);
  while (Date.now() < run.until) await visitOnce(run, member);
}

/** One person's loop: share page, submit, result, and other pages. */
async function visitOnce(run: Run, member: Member): Promise<void> {
  const { fleet } = run;
  const { visitor } = member;
  const page = fleet.pageAddress();
  await ask(run, "share page", () => visitor.get(`/social/share/?${new URLSearchParams({ url: page })}`));
  const answer = await ask(run, "submit", () => fleet.share(member, { url: page }));
  const result = answer?.headers.get("location") ?? "/social/history/";
  for (let look = 0; look < LOOKS; look += 1) await ask(run, "result", () => visitor.get(result));
  for (const path of ["/social/history/", "/social/", "/account/"])
    await ask(run, path, () => visitor.get(path));
}

async function ask(run: Run, what: string, request: () => Promise<Response>): Promise<Response | undefined> {
  const startedAt = performance.now();
  const answer = await request().catch((error: unknown) => error);
  // An answer counts when its body is complete.
  if (answer instanceof Response) await answer.text();
  run.times.push(performance.now() - startedAt);
  const isFine = answer instanceof Response && answer.status < 400;
  if (!isFine) {
    const problem = `${what}: ${answer instanceof Response ? answer.status : String(answer)}`;
    run.errors.set(problem, (run.errors.get(problem) ?? 0) + 1);
  }
  if (run.until > 0) await pause(LEAST_PAUSE_MS + Math.random() * (MOST_PAUSE_MS - LEAST_PAUSE_MS));
  return answer instanceof Response ? answer : undefined;
}

/** The CPU time of the web process so far, in milliseconds. */
function cpuOf(fleet: Fleet): number {
  const stat = readFileSync(`/proc/${fleet.process("web").child.pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

function tell({ times, errors }: Run, cpu: number, seconds: number): void {
  const failed = [...errors.values()].reduce((sum, number) => sum + number, 0);
  const [p50, p95, p99] = [0.5, 0.95, 0.99].map((share) => percentile(times, share).toFixed(0));
  console.log(
    `${PEOPLE} people, ${seconds} s, ${WORKERS} workers killed twice: ${times.length} requests, ${failed} errors; p50 ${p50} ms, p95 ${p95} ms, p99 ${p99} ms; ${(cpu / times.length).toFixed(2)} ms of CPU a request in the web process`,
  );
  for (const [problem, number] of errors) console.log(`${number} × ${problem}`);
}
