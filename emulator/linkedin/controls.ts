/** The simulated LinkedIn's own control routes: apps, pages, named refusals, and a member's withdrawal. */
import { Hono } from "hono";
import { z } from "zod";
import { plannedFaultSchema } from "../control/faults.ts";
import type { Env } from "../network.ts";
import { endGrant } from "./grants.ts";
import { type App, appDefaults, appSchema, type LinkedinWorld, organizationSchema } from "./memory.ts";
import { answerProblem, problemNames } from "./problems.ts";

const appChangeSchema = appSchema.partial().required({ clientId: true });

const plannedProblemSchema = plannedFaultSchema.omit({ fault: true }).extend({
  problem: z.enum(problemNames),
  /** Refuses only after the call was handled and stored. */
  after: z.boolean().default(false),
});

const withdrawalSchema = z.strictObject({ username: z.string(), clientId: z.string().optional() });

export function controls(world: LinkedinWorld): Hono<Env> {
  const app = new Hono<Env>();

  app.get("/apps", (c) => c.json(world.memory.apps));
  app.get("/organizations", (c) => c.json(world.memory.organizations));

  /** Registers or changes the app with this clientId. */
  app.post("/apps", async (c) => {
    const app = alterApp(world, appChangeSchema.parse(await c.req.json()));
    world.changed();
    return c.json(app);
  });

  /** Creates or replaces the company page with this id. */
  app.post("/organizations", async (c) => {
    const organization = organizationSchema.parse(await c.req.json());
    const others = world.memory.organizations.filter(({ id }) => id !== organization.id);
    world.memory.organizations = [...others, organization];
    world.changed();
    return c.json(organization);
  });

  /** Plans one of LinkedIn's refusals for the next calls of an endpoint. */
  app.post("/problems", async (c) => {
    const { endpoint, times, problem, after } = plannedProblemSchema.parse(await c.req.json());
    const answer = answerProblem(problem);
    const body = z.json().parse(await answer.json());
    const kind = after ? ("status-after" as const) : ("status" as const);
    const planned = { endpoint, times, fault: { kind, status: answer.status, body } };
    world.faults.push(planned);
    return c.json(planned, 201);
  });

  /** A member removes the app under Settings, Permitted services. */
  app.post("/withdrawals", async (c) => {
    const { username, clientId } = withdrawalSchema.parse(await c.req.json());
    const account = world.memory.accounts.find((candidate) => candidate.username === username);
    const ended = world.memory.grants.filter(
      (grant) => grant.accountId === account?.id && (clientId === undefined || grant.clientId === clientId),
    );
    for (const { id } of ended) endGrant(world, id);
    world.changed();
    return c.json({ ended: ended.length });
  });

  return app;
}

function alterApp(world: LinkedinWorld, change: z.infer<typeof appChangeSchema>): App {
  const { apps } = world.memory;
  const known = apps.findIndex(({ clientId }) => clientId === change.clientId);
  const app = appSchema.parse({ ...(apps[known] ?? appDefaults), ...change });
  if (known === -1) apps.push(app);
  else apps[known] = app;
  return app;
}
