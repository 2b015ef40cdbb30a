/** The simulated Threads' own control routes: apps, named refusals, and what people do in their settings. */
import { Hono } from "hono";
import { z } from "zod";
import { plannedFaultSchema } from "../control/faults.ts";
import { appRemoved, endTokens, type Grant, type MetaApp, metaAppSchema } from "../meta/grants.ts";
import { callBack, signRequest } from "../meta/signed-request.ts";
import type { Env } from "../network.ts";
import { appDefaults, type ThreadsWorld } from "./memory.ts";
import { answerProblem, isProblemName } from "./problems.ts";

const appChangeSchema = metaAppSchema.partial().required({ clientId: true });

const plannedProblemSchema = plannedFaultSchema.omit({ fault: true }).extend({
  problem: z.string().refine(isProblemName, "There is no such problem."),
  /** Refuses only after the call was handled and stored. */
  after: z.boolean().default(false),
});

const personSchema = z.strictObject({ username: z.string(), clientId: z.string().optional() });
const endingSchema = personSchema.extend({ subcode: z.int() });
/** A bad signature simulates a forged call, which the app must reject. */
const tellingSchema = personSchema.extend({ signature: z.enum(["good", "bad"]).default("good") });

export function controls(world: ThreadsWorld): Hono<Env> {
  const app = new Hono<Env>();

  app.get("/apps", (c) => c.json(world.memory.apps));

  /** Registers or changes the app with this clientId. */
  app.post("/apps", async (c) => {
    const app = alterApp(world, appChangeSchema.parse(await c.req.json()));
    world.changed();
    return c.json(app);
  });

  /** Plans one of Threads' refusals for the next calls of an endpoint. */
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
    const ended = endTokens(world, subcode, isOf(world, person));
    world.changed();
    return c.json({ ended });
  });

  /** The person removes the app in the settings; the app is notified. */
  app.post("/withdrawals", async (c) => {
    const { signature, ...person } = tellingSchema.parse(await c.req.json());
    const ended = signature === "bad" ? 0 : endTokens(world, appRemoved, isOf(world, person));
    world.changed();
    const answers = await tellApps(world, { ...person, signature }, ({ deauthorizeUrl }) => deauthorizeUrl);
    return c.json({ ended, answers });
  });

  /** The person requests the deletion of their data. */
  app.post("/deletions", async (c) => {
    const telling = tellingSchema.parse(await c.req.json());
    return c.json({ answers: await tellApps(world, telling, ({ deletionUrl }) => deletionUrl) });
  });

  return app;
}

function alterApp(world: ThreadsWorld, change: z.infer<typeof appChangeSchema>): MetaApp {
  const { apps } = world.memory;
  const known = apps.findIndex(({ clientId }) => clientId === change.clientId);
  const app = metaAppSchema.parse({ ...(apps[known] ?? appDefaults), ...change });
  if (known === -1) apps.push(app);
  else apps[known] = app;
  return app;
}

function isOf(world: ThreadsWorld, { username, clientId }: z.infer<typeof personSchema>) {
  const account = world.memory.accounts.find((candidate) => candidate.username === username);
  return (grant: Grant) =>
    grant.accountId === account?.id && (clientId === undefined || grant.clientId === clientId);
}

/** Calls the apps that the person authorized. */
async function tellApps(
  world: ThreadsWorld,
  { signature, ...person }: z.infer<typeof tellingSchema>,
  addressOf: (app: MetaApp) => string | undefined,
): Promise<unknown[]> {
  const issuedAt = Math.floor(world.now().getTime() / 1000);
  const grants = world.memory.grants.filter(isOf(world, person));
  const told = world.memory.apps.flatMap((app) => {
    const [address, grant] = [addressOf(app), grants.find(({ clientId }) => clientId === app.clientId)];
    if (address === undefined || !grant) return [];
    const secret = signature === "good" ? app.clientSecret : "somebody else's";
    return [callBack(address, signRequest(secret, { userId: grant.accountId, issuedAt }))];
  });
  return await Promise.all(told);
}
