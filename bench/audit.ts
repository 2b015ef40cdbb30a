/** The cost of the audit log's chain: recording without and with it, in turns, and then verifying all of it. */
import { randomUUID } from "node:crypto";
import { sql } from "drizzle-orm";
import type { Database } from "../src/database/open.ts";
import { auditEvents } from "../src/database/schema.ts";
import { sealEvents } from "../src/operation/audit/audit-seal.ts";
import { verifyAudit } from "../src/operation/audit/audit-verify.ts";
import { recordEvent } from "../src/people/audit.ts";
import { openWorld } from "./world.ts";

const TURNS = 4;
const WRITERS = 8;
const EACH = 1_000;
const VERIFIED = 100_000;
const SETS = 3;

const withoutChain = [
  "drop index audit_events_unchained",
  "alter table audit_events add constraint without_chain foreign key (user_id) references users (id) on delete set null",
];
const withChain = [
  "alter table audit_events drop constraint without_chain",
  "create index audit_events_unchained on audit_events (unchained_since, created_at, id) where unchained_since is not null",
];

export async function measureAudit(): Promise<void> {
  const { runtime, person, close } = await openWorld();
  const { database } = runtime;
  for (let turn = 1; turn <= TURNS; turn += 1) {
    await change(database, withoutChain);
    const bare = await record(database, person.id);
    await change(database, withChain);
    const start = performance.now();
    const chained = await record(database, person.id);
    await sealEvents(runtime);
    const all = (WRITERS * EACH * 1_000) / (performance.now() - start);
    console.log(
      `turn ${turn}: ${Math.round(bare)} events/s without a chain, ${Math.round(chained)} with it beside a worker that chains them, ${Math.round(all)} until all are chained`,
    );
  }
  for (let set = 1; set <= SETS; set += 1) {
    await database.execute(
      sql`insert into ${auditEvents} (user_id, action, subject, ip_address) select ${person.id}, 'share.requested', ${randomUUID()}, '192.0.2.1' from generate_series(1, ${VERIFIED})`,
    );
    const start = performance.now();
    await sealEvents(runtime);
    const sealed = performance.now();
    const { finding, events } = await verifyAudit(runtime);
    const took = performance.now() - sealed;
    const memory = process.memoryUsage().rss / 1_048_576;
    console.log(
      `${events} events: ${Math.round(VERIFIED / ((sealed - start) / 1_000))} a second are chained; all verified in ${(took / 1_000).toFixed(1)} s, ${((took / events) * 100).toFixed(2)} s for each 100,000, at ${Math.round(memory)} MB${finding === undefined ? "" : `: ${JSON.stringify(finding)}`}`,
    );
  }
  await close();
}

async function change(database: Database, statements: readonly string[]): Promise<void> {
  for (const statement of statements) await database.execute(sql.raw(statement));
}

/** @returns the events per second of several writers, each of which awaits its previous event */
async function record(database: Database, userId: string): Promise<number> {
  const start = performance.now();
  await Promise.all(
    Array.from({ length: WRITERS }, async () => {
      for (let at = 0; at < EACH; at += 1)
        await recordEvent(database, {
          action: "person.signed-in",
          userId,
          subject: userId,
          ipAddress: "192.0.2.1",
        });
    }),
  );
  return (WRITERS * EACH * 1_000) / (performance.now() - start);
}
