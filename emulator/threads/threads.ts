/** The simulated Threads: www.threads.com and graph.threads.net on one port, as strict as docs/networks/threads.md says the real ones are. */
import { Hono } from "hono";
import { z } from "zod";
import { endToken } from "../meta/grants.ts";
import type { Env, Network } from "../network.ts";
import { authorizeRoutes } from "./authorize.tsx";
import { answerRefusal } from "./caller.ts";
import { controls } from "./controls.ts";
import { graphRoutes } from "./graph.ts";
import {
  begin,
  memorySchema,
  switchesSchema,
  type ThreadsAccount,
  type ThreadsMemory,
  type ThreadsWorld,
  threadsAccountSchema,
} from "./memory.ts";
import { pageRoutes } from "./pages.tsx";
import { answerProblem, refusal } from "./problems.ts";
import { tokenRoutes } from "./token.ts";

export type { ThreadsMemory } from "./memory.ts";

const accountChangeSchema = z.strictObject({
  username: z.string().regex(/^[a-z0-9_.]{1,30}$/),
  displayName: z.string().min(1).max(64).optional(),
  state: threadsAccountSchema.shape.state.optional(),
});

export const threadsNetwork: Network<ThreadsMemory> = {
  name: "threads",
  label: "Threads",
  memory: memorySchema,
  begin,
  routes: threadsRoutes,
  endToken,
  tooManyRequests,
  alterAccount,
  switches,
  controls,
};

function threadsRoutes(world: ThreadsWorld): Hono<Env> {
  const app = new Hono<Env>();
  app.onError(answerRefusal);
  app.route("/", pageRoutes(world));
  app.route("/", authorizeRoutes(world));
  app.route("/", tokenRoutes(world));
  app.route("/", graphRoutes(world));
  app.all("*", () => {
    throw refusal("unknown-path");
  });
  return app;
}

/** Threads documents no rate limit headers. */
function tooManyRequests(_world: ThreadsWorld, withHeaders: boolean): Response {
  if (withHeaders) return answerProblem("app-limit");
  const headers = { "content-type": "text/html; charset=utf-8" };
  return new Response("<h1>Too many requests</h1>", { status: 429, headers });
}

function alterAccount(world: ThreadsWorld, body: unknown): ThreadsAccount {
  const change = accountChangeSchema.parse(body);
  const { accounts } = world.memory;
  const known = accounts.findIndex(({ username }) => username === change.username);
  const before = accounts[known];
  const account: ThreadsAccount = {
    id: before?.id ?? world.nextId(),
    username: change.username,
    displayName: change.displayName ?? before?.displayName ?? change.username,
    state: change.state ?? before?.state ?? "active",
  };
  if (known === -1) accounts.push(account);
  else accounts[known] = account;
  return account;
}

function switches(world: ThreadsWorld, change?: unknown): ThreadsMemory["switches"] {
  if (change !== undefined) {
    const { memory } = world;
    memory.switches = switchesSchema.parse({ ...memory.switches, ...switchesSchema.partial().parse(change) });
  }
  return world.memory.switches;
}
