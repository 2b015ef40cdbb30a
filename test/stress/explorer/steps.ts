/** Turns a runtime's calls to its database and the networks into steps. */
import pg from "pg";
import type { Database } from "../../../src/database/open.ts";
import { emulatedFetch } from "../../harness/networks/emulated-fetch.ts";
import type { Scheduler } from "./scheduler.ts";

/** The scheduler of the running schedule. Undefined if none runs. */
export interface Stage {
  scheduler: Scheduler | undefined;
  /** The result of a call to a network, in words. */
  tellCall(words: string): Promise<void>;
  tellStatement(sql: string): Promise<void>;
}

type Ask = (...parameters: unknown[]) => unknown;

/**
 * Passes each awaited statement to the scheduler. Calls with a callback are left as they are, because the pool itself
 * calls its clients that way.
 */
export function stageDatabase(stage: Stage, database: Database): void {
  const pool: unknown = Reflect.get(database, "$client");
  if (!(pool instanceof pg.Pool)) throw new Error("The database has no pool of its own.");
  const known = new WeakSet<object>();
  const connect: Ask = pool.connect.bind(pool);
  stageQueries(stage, pool);
  Object.assign(pool, {
    connect: (...parameters: unknown[]) => {
      const connected = connect(...parameters);
      if (!(connected instanceof Promise)) return connected;
      return connected.then((client: object) => {
        if (!known.has(client)) stageQueries(stage, client);
        known.add(client);
        return client;
      });
    },
  });
}

function stageQueries(stage: Stage, asked: object): void {
  const query: Ask = Reflect.get(asked, "query").bind(asked);
  Object.assign(asked, {
    query: (...parameters: unknown[]) => {
      const text = textOf(parameters[0]);
      const { scheduler } = stage;
      const hasCallback = typeof parameters.at(-1) === "function";
      if (scheduler === undefined || hasCallback) return query(...parameters);
      if (!isStep(text)) return scheduler.during(async () => await query(...parameters));
      return scheduler.step({
        operation: async () => await query(...parameters),
        changes: /^\s*commit|update "|insert into|delete from/i.test(text),
        // A person opens the network's page, and presses its button.
        leadsElsewhere: () => text.includes('insert into "oauth_states"'),
        tell: () => stage.tellStatement(text),
      });
    },
  });
}

function textOf(statement: unknown): string {
  if (typeof statement === "string") return statement;
  const isNamed = typeof statement === "object" && statement !== null && "text" in statement;
  return isNamed ? String(statement.text) : "";
}

/** No step is needed where nothing that others see can happen in between. */
function isStep(text: string): boolean {
  return (
    text !== "" && !/^\s*(begin|savepoint|release|rollback to)|pgboss|pg_notify|"audit_events"/i.test(text)
  );
}

/** A fetch for one of the two runtimes: a call with its whole answer is one step. */
export function stageFetch(stage: Stage): typeof fetch {
  return async (input, init) => {
    const { scheduler } = stage;
    if (scheduler === undefined) return await emulatedFetch(input, init);
    const method = init?.method ?? (input instanceof Request ? input.method : "GET");
    const { pathname } = new URL(input instanceof Request ? input.url : input);
    return await scheduler.step({
      operation: async () => await readWhole(await emulatedFetch(input, init)),
      changes: method !== "GET",
      leadsElsewhere: ({ headers }) => headers.get("content-type")?.startsWith("image/") ?? false,
      tell: (outcome) => {
        const came = outcome.status === "fulfilled" ? outcome.value.status : "no answer";
        return stage.tellCall(`${method} ${pathname}: ${came}`);
      },
    });
  };
}

/** The same answer, read to its end. An answer that breaks off also breaks off for the reader. */
async function readWhole(answer: Response): Promise<Response> {
  const { status, statusText, headers, url } = answer;
  const body = await answer.arrayBuffer().catch((error: unknown) => brokenOff(error));
  const isEmpty = body instanceof ArrayBuffer && body.byteLength === 0;
  const whole = new Response(isEmpty ? null : body, { status, statusText, headers });
  return Object.defineProperty(whole, "url", { value: url });
}

function brokenOff(error: unknown): ReadableStream {
  return new ReadableStream({ start: (controller) => controller.error(error) });
}
