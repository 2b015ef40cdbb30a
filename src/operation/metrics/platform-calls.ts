/** Counts calls to networks by hour, first in this process and then in the database. */
import { sql } from "drizzle-orm";
import type { Database } from "../../database/open.ts";
import { platformCalls } from "../../database/schema.ts";
import { AddressRefused } from "../../net/addresses.ts";
import { networkCalls, networkSeconds } from "../../net/meter.ts";
import { explainNoAnswer } from "../../net/no-answer.ts";
import { endpointOf } from "../../net/task.ts";
import { inSpan } from "../../net/tracing.ts";
import type { PlatformName } from "../../platforms/platform.ts";

type Row = typeof platformCalls.$inferInsert;
const HOUR_MS = 3_600_000;
const WRITE_MS = 10_000;
export interface CallRecorder {
  /** Wraps a `fetch` so that each call is counted for the network. */
  watch(platform: PlatformName, fetcher: typeof fetch): typeof fetch;
  /** Writes the counts that are not written yet. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

export interface RecorderParts {
  readonly database: Database;
  now(): Date;
  readonly log: { warn(details: object, message: string): void };
}

/** Creates the recorder of this process, which counts in memory until it is flushed. */
export function createCallRecorder({ database, now, log }: RecorderParts): CallRecorder {
  let counted = new Map<string, Row>();

  function count(platform: PlatformName, status: number | undefined, ms: number): void {
    const hour = new Date(Math.floor(now().getTime() / HOUR_MS) * HOUR_MS);
    const key = `${platform} ${hour.getTime()}`;
    const row = counted.get(key) ?? {
      ...{ platform, hour },
      ...{ calls: 0, limited: 0, refused: 0, failed: 0, totalMs: 0 },
    };
    const isFailure = status === undefined || status >= 500;
    counted.set(key, {
      ...row,
      calls: row.calls + 1,
      limited: row.limited + (status === 429 ? 1 : 0),
      refused: row.refused + (!isFailure && status >= 400 && status !== 429 ? 1 : 0),
      failed: row.failed + (isFailure ? 1 : 0),
      totalMs: row.totalMs + Math.round(ms),
    });
  }

  function note(platform: PlatformName, status: number | undefined, result: string, startedAt: number): void {
    const ms = performance.now() - startedAt;
    count(platform, status, ms);
    networkCalls.add({ network: platform, result });
    networkSeconds.observe({ network: platform }, ms / 1_000);
  }

  async function flush(): Promise<void> {
    const rows = [...counted.values()];
    counted = new Map();
    if (rows.length === 0) return;
    const sum = (name: "calls" | "limited" | "refused" | "failed" | "total_ms") =>
      sql.raw(`platform_calls.${name} + excluded.${name}`);
    await database
      .insert(platformCalls)
      .values(rows)
      .onConflictDoUpdate({
        target: [platformCalls.platform, platformCalls.hour],
        set: {
          calls: sum("calls"),
          limited: sum("limited"),
          refused: sum("refused"),
          failed: sum("failed"),
          totalMs: sum("total_ms"),
        },
      });
  }

  const write = () =>
    flush().catch((error: unknown) => log.warn({ err: error }, "calls of networks could not be counted"));
  const timer = setInterval(() => void write(), WRITE_MS);
  timer.unref();
  return {
    watch: (platform, fetcher) => async (input, init) => {
      const startedAt = performance.now();
      try {
        const about = {
          network: platform,
          "server.address": hostOf(input),
          "url.path": endpointOf(addressOf(input)),
        };
        const response = await inSpan("call to a network", about, async (span) => {
          const answer = await fetcher(input, init);
          span.set({ "http.response.status_code": answer.status });
          return answer;
        });
        note(platform, response.status, classOf(response.status), startedAt);
        return response;
      } catch (error) {
        const { code } = explainNoAnswer(error);
        note(platform, undefined, code, startedAt);
        // Logged once and then counted: each attempt has its own log line elsewhere.
        if (!isOurs(error))
          log.warn({ err: error, network: platform, host: hostOf(input), code }, "a network gave no answer");
        throw error;
      }
    },
    flush,
    close: async () => {
      clearInterval(timer);
      await write();
    },
  };
}

function classOf(status: number): string {
  return status === 429 ? "limited" : `${Math.floor(status / 100)}xx`;
}

function addressOf(input: Parameters<typeof fetch>[0]): URL {
  return new URL(input instanceof Request ? input.url : input);
}

function hostOf(input: Parameters<typeof fetch>[0]): string {
  return addressOf(input).host;
}

/** The request never left: the guard refused it, or its address cannot be connected to. */
function isOurs(error: unknown): boolean {
  return error instanceof AddressRefused || (error instanceof Error && error.name === "LeaseLost");
}
