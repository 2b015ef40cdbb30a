/** The simulated Facebook's own control routes: apps, Pages, named refusals, and what people do in their settings. */
import { Hono } from "hono";
import { z } from "zod";
import { plannedFaultSchema } from "../control/faults.ts";
import { callBack, signRequest } from "../meta/signed-request.ts";
import type { Env } from "../network.ts";
import { type App, appDefaults, appSchema, type FacebookWorld, type Page, pageSchema } from "./memory.ts";
import { answerProblem, problemNames } from "./problems.ts";
import { endTokens, findGrant, removeApp } from "./tokens.ts";

const appChangeSchema = appSchema.partial().required({ clientId: true });
const pageChangeSchema = pageSchema.partial().required({ id: true });

const plannedProblemSchema = plannedFaultSchema.omit({ fault: true }).extend({
  problem: z.enum(problemNames),
  /** Refuses only after the call was handled and stored. */
  after: z.boolean().default(false),
});

const personSchema = z.strictObject({ username: z.string(), clientId: z.string().optional() });
const endingSchema = personSchema.extend({ subcode: z.int() });
/** "bad" simulates a forged call, which the app must reject. "padded" is Meta's signature in padded base64, as some libraries write it. */
const signatures = ["good", "padded", "bad"] as const;
const tellingSchema = personSchema.extend({ signature: z.enum(signatures).default("good") });

export function controls(world: FacebookWorld): Hono<Env> {
  const app = new Hono<Env>();

  app.get("/apps", (c) => c.json(world.memory.apps));
  app.get("/pages", (c) => c.json(world.memory.pages));

  /** Registers or changes the app with this clientId. */
  app.post("/apps", async (c) => {
    const app = alterApp(world, appChangeSchema.parse(await c.req.json()));
    world.changed();
    return c.json(app);
  });

  /** Creates or changes the Page with this id. */
  app.post("/pages", async (c) => {
    const page = alterPage(world, pageChangeSchema.parse(await c.req.json()));
    world.changed();
    return c.json(page);
  });

  /** Plans one of Facebook's refusals for the next calls of an endpoint. */
  app.post("/problems", async (c) => {
    const { endpoint, times, problem, after } = plannedProblemSchema.parse(await c.req.json());
    const answer = answerProblem(problem);
    const body = z.json().parse(await answer.json());
    const kind = after ? ("status-after" as const) : ("status" as const);
    const planned = { endpoint, times, fault: { kind, status: answer.status, body } };
    world.faults.push(planned);
    return c.json(planned, 201);
  });

  /** Ends a person's tokens, as a changed password does, with this subcode of error 190. */
  app.post("/endings", async (c) => {
    const { subcode, ...person } = endingSchema.parse(await c.req.json());
    const ended = appsOf(world, person).map(({ of }) => endTokens(world, of, subcode));
    world.changed();
    return c.json({ ended: ended.reduce((sum, count) => sum + count, 0) });
  });

  /** A person removes the app under Settings, Apps and websites; tokens end and the app is notified. */
  app.post("/withdrawals", async (c) => {
    const { signature, ...person } = tellingSchema.parse(await c.req.json());
    const found = appsOf(world, person);
    if (signature !== "bad") for (const { of } of found) removeApp(world, of);
    world.changed();
    return c.json({ answers: await tell(world, found, signature, ({ deauthorizeUrl }) => deauthorizeUrl) });
  });

  /** The person requests the deletion of their data. */
  app.post("/deletions", async (c) => {
    const { signature, ...person } = tellingSchema.parse(await c.req.json());
    const found = appsOf(world, person);
    return c.json({ answers: await tell(world, found, signature, ({ deletionUrl }) => deletionUrl) });
  });

  return app;
}

function alterApp(world: FacebookWorld, change: z.infer<typeof appChangeSchema>): App {
  const { apps } = world.memory;
  const known = apps.findIndex(({ clientId }) => clientId === change.clientId);
  const app = appSchema.parse({ ...(apps[known] ?? appDefaults), ...change });
  if (known === -1) apps.push(app);
  else apps[known] = app;
  return app;
}

function alterPage(world: FacebookWorld, change: z.infer<typeof pageChangeSchema>): Page {
  const { pages } = world.memory;
  const known = pages.findIndex(({ id }) => id === change.id);
  const page = pageSchema.parse({ ...(pages[known] ?? { category: "Community", roles: [] }), ...change });
  if (known === -1) pages.push(page);
  else pages[known] = page;
  return page;
}

interface LetIn {
  readonly app: App;
  readonly of: { readonly clientId: string; readonly accountId: string };
}

/** The apps that the person authorized. */
function appsOf(world: FacebookWorld, { username, clientId }: z.infer<typeof personSchema>): LetIn[] {
  const person = world.memory.accounts.find((account) => account.username === username);
  if (!person) return [];
  return world.memory.apps
    .filter((app) => clientId === undefined || app.clientId === clientId)
    .map((app) => ({ app, of: { clientId: app.clientId, accountId: person.id } }))
    .filter(({ of }) => findGrant(world, of) !== undefined);
}

async function tell(
  world: FacebookWorld,
  letIn: readonly LetIn[],
  signature: (typeof signatures)[number],
  addressOf: (app: App) => string | undefined,
): Promise<unknown[]> {
  const issuedAt = Math.floor(world.now().getTime() / 1_000);
  return await Promise.all(
    letIn.flatMap(({ app, of }) => {
      const address = addressOf(app);
      const secret = signature === "bad" ? "somebody else's" : app.clientSecret;
      const request = signRequest(secret, { userId: of.accountId, issuedAt });
      const sent = signature === "padded" ? request.replace(".", "=.") : request;
      return address === undefined ? [] : [callBack(address, sent)];
    }),
  );
}
