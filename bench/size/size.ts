/** Whether pages and delivery are as fast with a million accounts and ten million shares as with almost none. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import pg from "pg";
import { z } from "zod";
import { startEmulator } from "../../emulator/server.ts";
import { renewDue, verifyDue } from "../../src/connections/upkeep.ts";
import { startEmbedded } from "../../src/database/embedded/embedded.ts";
import { claim } from "../../src/sharing/claims/lease.ts";
import { queueOf } from "../../src/sharing/claims/queue.ts";
import { wakeDue, wakeStranded } from "../../src/sharing/claims/wake.ts";
import { settle } from "../../src/sharing/delivery/settle.ts";
import { sendNotices } from "../../src/sharing/record/notices.ts";
import { submitShares } from "../../src/sharing/requests/submit.ts";
import { draftTo, percentile } from "../world.ts";
import { addCrowd, crowd } from "./crowd.ts";
import { openSite, type Site } from "./site.ts";

const WARM_UP = 20;
const RUNS = 100;

type Work = (site: Site) => Promise<unknown>;

const shareLink = `/social/share/?${new URLSearchParams({ url: "https://blog.example.com/new", title: "New" })}`;
const page =
  (path: string): Work =>
  async ({ visitor }) => {
    const answer = await visitor.get(path);
    const text = await answer.text();
    if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${text}`);
  };
/** A mailer that discards everything. */
const mailer = { available: true, send: async () => {} };

const works: Readonly<Record<string, Work>> = {
  "the accounts page": page("/social/"),
  "the share page": page(shareLink),
  "the history page": page("/social/history/"),
  "the history of what went wrong": page("/social/history/?outcome=trouble"),
  "the history of one page": page("/social/history/?page=https%3A%2F%2Fblog.example.com%2Fana%2F7"),
  "the history of a month": page("/social/history/?from=2026-09-01&until=2026-10-01"),
  "waking what is due": ({ runtime }) => wakeDue(runtime),
  "looking for what is stranded": ({ runtime }) => wakeStranded(runtime),
  "looking for tokens to renew": ({ runtime }) => renewDue(runtime),
  "looking for accounts to verify": ({ runtime }) => verifyDue(runtime),
  "looking for people to mail": ({ runtime }) => sendNotices({ ...runtime, mailer }),
};

export async function measureSize(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "sharewell-bench-"));
  const emulator = await startEmulator();
  // Faster to fill. The same for both.
  const settings = { fsync: "off", max_wal_size: "8GB", max_connections: "100", maintenance_work_mem: "1GB" };
  const server = await startEmbedded(folder, { settings });
  const urlOf = (name: string) =>
    `postgres://sharewell@localhost/${name}?host=${encodeURIComponent(String(server.connection.host))}`;
  const client = new pg.Client({ connectionString: urlOf("sharewell") });
  await client.connect();
  await client.query("create database large");
  await client.end();
  const small = await openSite(emulator, urlOf("sharewell"));
  const large = await openSite(emulator, urlOf("large"));
  const startedAt = performance.now();
  await addCrowd(large.runtime.database);
  const seconds = ((performance.now() - startedAt) / 1_000).toFixed(0);
  console.log(`${crowd.connections} accounts and ${crowd.shares} shares made in ${seconds} s`);
  console.log("medians next to no data, with all of it, and their ratio (aim: at most 1.2)");

  const whole = await countWholeReads(large);
  for (const [name, work] of Object.entries(works))
    await compare(name, { small, large }, (site) => timed(() => work(site)));
  await compare("taking a job", { small, large }, takeJob);
  const more = (await countWholeReads(large)) - whole;
  console.log(
    more === 0
      ? "No large table was ever read as a whole."
      : `Large tables were read as a whole ${more} times!`,
  );

  await small.close();
  await large.close();
  await emulator.stop();
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const from = performance.now();
  await work();
  return performance.now() - from;
}

async function compare(
  name: string,
  sites: Readonly<Record<"small" | "large", Site>>,
  measure: (site: Site) => Promise<number>,
): Promise<void> {
  const times: Record<"small" | "large", number[]> = { small: [], large: [] };
  for (let run = 0; run < WARM_UP + RUNS; run += 1) {
    // In turns, and each goes first equally often.
    for (const which of run % 2 === 0 ? (["small", "large"] as const) : (["large", "small"] as const)) {
      const time = await measure(sites[which]);
      if (run >= WARM_UP) times[which].push(time);
    }
  }
  const [few, many] = [percentile(times.small, 0.5), percentile(times.large, 0.5)];
  console.log(`  ${name}: ${few.toFixed(2)} ms, ${many.toFixed(2)} ms: ${(many / few).toFixed(2)}`);
}

/** Takes a job from the queue and claims its share. */
async function takeJob(site: Site): Promise<number> {
  const { runtime, person, connectionId } = site;
  await submitShares(runtime, person, draftTo([{ id: connectionId }], "Worth a read"));
  const queue = queueOf("mastodon");
  const startedAt = runtime.now();
  const from = performance.now();
  const [job] = await runtime.queue.fetch<{ shareId: string }>(queue, { batchSize: 1 });
  const lease = job && (await claim(runtime, job.data.shareId));
  const took = performance.now() - from;
  if (job === undefined || lease === undefined) throw new Error("There was no job.");
  await settle(runtime, { lease, action: "share", startedAt }, { to: "posted", result: {} });
  lease.end();
  await runtime.queue.complete(queue, job.id);
  return took;
}

const countShape = z.object({ reads: z.coerce.number() });

/** Sequential scans, as counted by the database. */
async function countWholeReads({ runtime }: Site): Promise<number> {
  const { rows } = await runtime.database.execute(sql`
    select coalesce(sum(seq_scan), 0) as reads from pg_stat_user_tables
    where relname in ('users', 'social_connections', 'share_requests', 'social_shares', 'share_attempts')`);
  return countShape.parse(rows[0]).reads;
}
