/** The simulated Instagram's own control routes: apps, named refusals, and what people do in their settings. */
import { Hono } from "hono";
import { z } from "zod";
import { plannedFaultSchema } from "../control/faults.ts";
import { endTokens, type MetaApp, metaAppSchema } from "../meta/grants.ts";
import { callBack, signRequest } from "../meta/signed-request.ts";
import type { Env } from "../network.ts";
import { appDefaults, type InstagramWorld } from "./memory.ts";
import { answerProblem, isProblemName } from "./problems.ts";

const appChangeSchema = metaAppSchema.partial().required({ clientId: true });

const plannedProblemSchema = plannedFaultSchema.omit({ fault: true }).extend({
  problem: z.string().refine(isProblemName, "There is no such problem."),
  /** Refuses only after the call was handled and stored. */
  after: z.boolean().default(false),
});

const personSchema = z.strictObject({ username: z.string(), clientId: z.string().optional() });
const endingSchema = personSchema.extend({ subcode: z.int() });

export function controls(world: InstagramWorld): Hono<Env> {
  const app = new Hono<Env>();

  app.get("/apps", (c) => c.json(world.memory.apps));

  /** Registers or changes the app with this clientId. */
  app.post("/apps", async (c) => {
    const app = alterApp(world, appChangeSchema.parse(await c.req.json()));
    world.changed();
    return c.json(app);
  });

  /** Plans one of Instagram's refusals for the next calls of an endpoint. */
  app.post("/problems", async (c) => {
    const { endpoint, times, problem, after } = plannedProblemSchema.parse(await c.req.json());
    const answer = answerProblem(problem);
    const { status } = answer;
    const body = z.json().parse(await answer.json());
    const kind = after ? ("status-after" as const) : ("status" as const);
    const planned = { endpoint, times, fault: { kind, status, body } };
    world.faults.push(planned);
    return c.json(planned, 201);
  });

  /** Ends a person's tokens, as a changed password does, with this subcode of error 190. */
  app.post("/endings", async (c) => {
    const { subcode, ...person } = endingSchema.parse(await c.req.json());
    return c.json({ ended: endFor(world, person, subcode) });
  });

  /** A person removes the app under Settings, Apps and websites; the app is notified. */
  app.post("/withdrawals", async (c) => {
    const person = personSchema.parse(await c.req.json());
    const ended = endFor(world, person, 458);
    const answers = await tellApps(world, person, ({ deauthorizeUrl }) => deauthorizeUrl);
    return c.json({ ended, answers });
  });

  /** The person requests the deletion of their data. */
  app.post("/deletions", async (c) => {
    const person = personSchema.parse(await c.req.json());
    return c.json({ answers: await tellApps(world, person, ({ deletionUrl }) => deletionUrl) });
  });

  return app;
}

function alterApp(world: InstagramWorld, change: z.infer<typeof appChangeSchema>): MetaApp {
  const { apps } = world.memory;
  const known = apps.findIndex(({ clientId }) => clientId === change.clientId);
  const app = metaAppSchema.parse({ ...(apps[known] ?? appDefaults), ...change });
  if (known === -1) apps.push(app);
  else apps[known] = app;
  return app;
}

type Person = z.infer<typeof personSchema>;

function endFor(world: InstagramWorld, { username, clientId }: Person, subcode: number): number {
  const account = world.memory.accounts.find((candidate) => candidate.username === username);
  const ended = endTokens(
    world,
    subcode,
    (grant) => grant.accountId === account?.id && (clientId === undefined || grant.clientId === clientId),
  );
  world.changed();
  return ended;
}

/** Calls the apps that the person authorized, with the app-scoped id for each. */
async function tellApps(
  world: InstagramWorld,
  { username, clientId }: Person,
  addressOf: (app: MetaApp) => string | undefined,
): Promise<unknown[]> {
  const { accounts, apps, grants } = world.memory;
  const account = accounts.find((candidate) => candidate.username === username);
  if (!account) return [];
  const told = apps.filter(
    (app) =>
      (clientId === undefined || app.clientId === clientId) &&
      grants.some((grant) => grant.accountId === account.id && grant.clientId === app.clientId),
  );
  const issuedAt = Math.floor(world.now().getTime() / 1000);
  return await Promise.all(
    told.flatMap((app) => {
      const address = addressOf(app);
      const request = signRequest(app.clientSecret, { userId: account.scopedId, issuedAt });
      return address === undefined ? [] : [callBack(address, request)];
    }),
  );
}
