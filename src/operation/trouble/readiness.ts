/** Whether the process can do its work and what the operator should know, within a second in any case. */
import { z } from "zod";
import { isAway } from "../../database/connection/away.ts";
import type { Probe } from "../../database/connection/probe.ts";
import type { TroubleWatch } from "./trouble-watch.ts";
import type { Trouble } from "./troubles.ts";

/** One word for each part. Strangers may read it, so it holds no numbers and no names. */
export interface Readiness {
  /** "degraded": it works, but someone should look. */
  readonly status: "ok" | "degraded" | "unavailable";
  readonly database: "ok" | "read-only" | "unavailable";
  readonly queue: "ok" | "unavailable";
  readonly disk: "ok" | "low" | "full" | "read-only";
  readonly clock: "ok" | "wrong";
  /** Whether a process delivers shares. */
  readonly workers: "ok" | "none" | "unknown";
  /** Whether a share is overdue by minutes. */
  readonly delivery: "ok" | "late" | "unknown";
  readonly networks: "ok" | "failing";
  readonly keys: "ok" | "missing";
  readonly mail: "ok" | "failing";
  readonly backup: "ok" | "failing";
}

export interface ReadinessRuntime {
  readonly probe: Probe;
  readonly troubles: Pick<TroubleWatch, "seen">;
}

/** Workers report every 30 seconds. A share never has to wait five minutes for a worker. */
const QUESTION = `
  select current_setting('transaction_read_only') = 'on' as "readOnly",
    exists (select 1 from processes where is_worker and seen_at > now() - interval '75 seconds') as working,
    exists (select 1 from social_shares
      where status in ('scheduled', 'queued', 'sending') and next_attempt_at < now() - interval '5 minutes')
    or exists (select 1 from social_shares
      where status in ('queued', 'sending') and next_attempt_at is null and lease_until is null
      and updated_at < now() - interval '5 minutes') as late,
    exists (select 1 from mail_server where retry_at is not null) as "mailFails",
    coalesce((select problem is not null from backups order by started_at desc limit 1), false) as "backupFails",
    array(select distinct name from troubles where seen_at > now() - interval '3 minutes') as troubles`;
/** A separate query: a lock on the queue's tables says nothing about the others. */
const QUEUE_QUESTION = "select 1 from pgboss.version";

const answerShape = z.tuple([
  z.object({
    readOnly: z.boolean(),
    working: z.boolean(),
    late: z.boolean(),
    mailFails: z.boolean(),
    backupFails: z.boolean(),
    troubles: z.array(z.string()),
  }),
]);

/** Uses its own connections, so that a busy pool does not delay it. */
export async function checkReadiness({ probe, troubles }: ReadinessRuntime): Promise<Readiness> {
  const [rows, ofQueue, own] = await Promise.all([
    probe.ask(QUESTION),
    probe.ask(QUEUE_QUESTION),
    troubles.seen(),
  ]);
  const [answer] = answerShape.safeParse(rows).data ?? [];
  const names = new Set([...own.map(({ name }) => name), ...(answer?.troubles ?? [])]);
  const parts = {
    database: answer === undefined ? "unavailable" : answer.readOnly ? "read-only" : "ok",
    queue: ofQueue !== undefined ? "ok" : "unavailable",
    disk: levelOf(own) ?? (names.has("disk") ? "low" : "ok"),
    clock: names.has("clock") ? "wrong" : "ok",
    workers: answer === undefined ? "unknown" : answer.working ? "ok" : "none",
    delivery: answer === undefined ? "unknown" : answer.late ? "late" : "ok",
    networks: names.has("networks") ? "failing" : "ok",
    keys: names.has("keys") ? "missing" : "ok",
    mail: answer?.mailFails ? "failing" : "ok",
    backup: answer?.backupFails ? "failing" : "ok",
  } as const;
  return { status: judge(parts), ...parts };
}

function levelOf(own: readonly Trouble[]): "low" | "full" | "read-only" | undefined {
  for (const trouble of own) if (trouble.name === "disk") return trouble.details.level;
  return undefined;
}

/** Only a process that cannot read or write is unavailable. Any other problem is the same in every process. */
function judge({ database, queue, disk, ...others }: Omit<Readiness, "status">): Readiness["status"] {
  if (database !== "ok" || queue !== "ok" || disk === "full" || disk === "read-only") return "unavailable";
  return disk === "ok" && Object.values(others).every((word) => word === "ok") ? "ok" : "degraded";
}

/** Whether an error comes from the database being away. Some libraries hide the cause: then the database is asked. */
export async function failedForDatabase(
  { probe }: Pick<ReadinessRuntime, "probe">,
  error: unknown,
): Promise<boolean> {
  return isAway(error) || (await probe.ask(QUESTION)) === undefined;
}
