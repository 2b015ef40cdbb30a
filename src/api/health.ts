/** For load balancers and container engines: is the process alive, and can it do its work? */
import { sql } from "drizzle-orm";
import type { Context } from "hono";
import type { Runtime } from "../runtime.ts";

type HealthContext = Context<{ Variables: { runtime: Runtime } }>;

const READY_WITHIN_MS = 2_000;

/** GET /healthz: this process answers. */
export function showHealth(context: HealthContext): Response {
  return context.json({ status: "ok" });
}

/** GET /readyz: the database and the queue answer too; 503 and which of them does not, otherwise. */
export async function showReadiness(context: HealthContext): Promise<Response> {
  const { database, queue } = context.get("runtime");
  const parts = {
    database: await answers(database.execute(sql`select 1`)),
    queue: await answers(queue.getDb().executeSql("select 1 from pgboss.version")),
  };
  const ready = Object.values(parts).every((part) => part === "ok");
  return context.json({ status: ready ? "ok" : "unavailable", ...parts }, ready ? 200 : 503);
}

async function answers(question: Promise<unknown>): Promise<"ok" | "unavailable"> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<"unavailable">((done) => {
    timer = setTimeout(() => done("unavailable"), READY_WITHIN_MS);
  });
  const answer = question.then(() => "ok" as const).catch(() => "unavailable" as const);
  return await Promise.race([answer, late]).finally(() => clearTimeout(timer));
}
