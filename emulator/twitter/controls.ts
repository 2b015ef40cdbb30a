/** The simulated X's own control routes: apps, named problems, and a person's withdrawal. */
import { Hono } from "hono";
import { z } from "zod";
import { plannedFaultSchema } from "../control/faults.ts";
import type { Env } from "../network.ts";
import { limitHeaders } from "./caller.ts";
import { endGrants } from "./grants.ts";
import { type App, appDefaults, appSchema, type TwitterWorld } from "./memory.ts";
import { contentTypeOf, namedProblem, type Problem, problemNames } from "./problems.ts";

const appChangeSchema = appSchema.partial().required({ clientId: true });

const plannedProblemSchema = plannedFaultSchema
  .omit({ fault: true })
  .extend({ problem: z.enum(problemNames), headers: z.boolean().default(true) });

const withdrawalSchema = z.strictObject({ username: z.string(), clientId: z.string().optional() });

export function controls(world: TwitterWorld): Hono<Env> {
  const app = new Hono<Env>();

  app.get("/apps", (c) => c.json(world.memory.apps));

  /** Registers or changes the app with this clientId. */
  app.post("/apps", async (c) => {
    const app = alterApp(world, appChangeSchema.parse(await c.req.json()));
    world.changed();
    return c.json(app);
  });

  app.get("/problems", (c) => {
    const origin = world.memory.switches.problemOrigin;
    return c.json(Object.fromEntries(problemNames.map((name) => [name, namedProblem(name, origin)])));
  });

  /** Plans one of X's refusals for the next calls of an endpoint. */
  app.post("/problems", async (c) => {
    const { endpoint, times, problem, headers } = plannedProblemSchema.parse(await c.req.json());
    const { status, body } = namedProblem(problem, world.memory.switches.problemOrigin);
    const planned = {
      endpoint,
      times,
      fault: { kind: "status" as const, status, body, headers: headersOf(world, { status, body }, headers) },
    };
    world.faults.push(planned);
    return c.json(planned, 201);
  });

  /** A person revokes access at x.com/settings/connected_apps. */
  app.post("/withdrawals", async (c) => {
    const { username, clientId } = withdrawalSchema.parse(await c.req.json());
    const account = world.memory.accounts.find((candidate) => candidate.username === username);
    if (!account) return c.json({ error: "No such account." }, 404);
    const ended = endGrants(
      world,
      (grant) => grant.accountId === account.id && (clientId === undefined || grant.clientId === clientId),
    );
    world.changed();
    return c.json({ ended });
  });

  return app;
}

function alterApp(world: TwitterWorld, change: z.infer<typeof appChangeSchema>): App {
  const { apps } = world.memory;
  const known = apps.findIndex(({ clientId }) => clientId === change.clientId);
  const app = appSchema.parse({ ...(apps[known] ?? appDefaults), ...change });
  if (known === -1) apps.push(app);
  else apps[known] = app;
  return app;
}

const quarterMs = 15 * 60 * 1000;

/** X sends rate headers with everything except 401 and server errors. */
function headersOf(world: TwitterWorld, problem: Problem, withRate: boolean): Record<string, string> {
  const headers = { "content-type": contentTypeOf(problem) };
  if (!withRate || problem.status === 401 || problem.status >= 500) return headers;
  const remaining = problem.status === 429 ? 0 : 50;
  const rate = limitHeaders(100, remaining, world.now().getTime() + quarterMs);
  return {
    ...headers,
    ...Object.fromEntries(Object.entries(rate).map(([name, value]) => [`x-rate-limit-${name}`, value])),
  };
}
