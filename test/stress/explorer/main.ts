/**
 * `npm run explore`: random schedules of people's actions while workers deliver, by kind and seed.
 * `--kinds a,b --from 1 --count 60 --minutes 10 --processes 2`; with `--trace`, each statement is printed too.
 */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import pg from "pg";
import { startEmbedded } from "../../../src/database/embedded/embedded.ts";
import type { Break } from "./explore.ts";
import { isKind, type Kind, kinds } from "./kinds.ts";

const { values } = parseArgs({
  options: {
    kinds: { type: "string", default: kinds.join(",") },
    from: { type: "string", default: "1" },
    count: { type: "string", default: "60" },
    minutes: { type: "string", default: "60" },
    processes: { type: "string", default: String(Math.min(4, availableParallelism())) },
    trace: { type: "boolean", default: false },
  },
});

interface Order {
  readonly kind: Kind;
  readonly seed: number;
}

/** All kinds with one seed before all with the next, so that a short run includes each kind. */
function* planOrders(): Generator<Order> {
  const chosen = values.kinds.split(",");
  const unknown = chosen.filter((name) => !isKind(name));
  if (unknown.length > 0) throw new Error(`There is no kind ${unknown.join(", ")}: ${kinds.join(", ")}`);
  const from = Number(values.from);
  for (let seed = from; seed < from + Number(values.count); seed += 1)
    for (const kind of chosen.filter(isKind)) yield { kind, seed };
}

const started = performance.now();
const deadline = started + Number(values.minutes) * 60_000;
const orders = planOrders();
const breaks: Break[] = [];
let played = 0;

const folder = mkdtempSync(join(tmpdir(), "sharewell-explorer-"));
const careless = { fsync: "off", full_page_writes: "off", synchronous_commit: "off" };
const database = await startEmbedded(folder, { settings: { max_connections: "400", ...careless } });
try {
  const places = Array.from({ length: Number(values.processes) }, (_, place) => place);
  const lanes = await Promise.all(places.map(openLane));
  await Promise.all(lanes.map(work));
  await Promise.all(lanes.map(end));
} finally {
  await database.stop();
  rmSync(folder, { recursive: true, force: true });
}
showEnd();
process.exit(breaks.length === 0 ? 0 : 1);

async function openLane(place: number): Promise<ChildProcess> {
  const name = `explorer_${place + 1}`;
  const client = new pg.Client(database.connection);
  await client.connect();
  await client.query(`create database ${name}`);
  await client.end();
  const url = `postgres://sharewell@localhost/${name}?host=${encodeURIComponent(String(database.connection.host))}`;
  const lane = fork(join(import.meta.dirname, "lane.js"), [url, values.trace ? "trace" : ""]);
  await answerOf(lane);
  return lane;
}

async function work(lane: ChildProcess): Promise<void> {
  for (const order of orders) {
    if (performance.now() > deadline) return;
    lane.send(order);
    const { broken } = await answerOf(lane);
    played += 1;
    if (broken !== undefined) show(broken);
    if (played % 100 === 0) console.log(`${played} schedules, ${breaks.length} with a break`);
  }
}

async function end(lane: ChildProcess): Promise<void> {
  const gone = once(lane, "exit");
  lane.disconnect();
  await gone;
}

interface Answer {
  readonly broken?: Break;
}

function answerOf(lane: ChildProcess): Promise<Answer> {
  return new Promise((done, fail) => {
    const gone = (code: number | null) => fail(new Error(`A process of the explorer ended with ${code}.`));
    lane.once("exit", gone);
    lane.once("message", (answer) => {
      lane.off("exit", gone);
      done(answer as Answer);
    });
  });
}

function show(broken: Break): void {
  breaks.push(broken);
  const { kind, seed, wrongs, story } = broken;
  const isFirst = wrongs.some(({ what }) => countOf(what) === 1);
  for (const { what, details } of wrongs) console.log(`${kind} ${seed}: ${what}: ${details}`);
  if (isFirst || values.trace) console.log(story.join("\n"));
}

function countOf(what: string): number {
  return breaks.filter(({ wrongs }) => wrongs.some((wrong) => wrong.what === what)).length;
}

function showEnd(): void {
  const seconds = Math.round((performance.now() - started) / 1_000);
  console.log(`${played} schedules in ${seconds} s, ${breaks.length} with a break`);
  const whats = new Set(breaks.flatMap(({ wrongs }) => wrongs.map(({ what }) => what)));
  for (const what of [...whats].sort((one, other) => countOf(other) - countOf(one))) {
    const where = breaks
      .filter(({ wrongs }) => wrongs.some((wrong) => wrong.what === what))
      .map(({ kind, seed }) => `${kind} ${seed}`);
    console.log(`${String(where.length).padStart(5)} × ${what}: ${where.slice(0, 12).join(", ")}`);
  }
}
