/** The simulated X: x.com and api.x.com on one port, as strict as docs/networks/x.md says the real one is. */
import { Hono } from "hono";
import { z } from "zod";
import type { Env, Network } from "../network.ts";
import { authorizeRoutes } from "./authorize.tsx";
import { answerRefusal, limitHeaders, withTransactionId } from "./caller.ts";
import { controls } from "./controls.ts";
import { endToken } from "./grants.ts";
import { mediaRoutes } from "./media.ts";
import {
  begin,
  memorySchema,
  nextId,
  switchesSchema,
  type TwitterAccount,
  type TwitterMemory,
  type TwitterWorld,
  twitterAccountSchema,
} from "./memory.ts";
import { pageRoutes } from "./pages.tsx";
import { postRoutes } from "./posts.ts";
import { contentTypeOf, namedProblem } from "./problems.ts";
import { readingRoutes } from "./reading.ts";
import { tokenRoutes } from "./token.ts";

export type { TwitterMemory } from "./memory.ts";

const accountChangeSchema = z.strictObject({
  username: z.string().regex(/^[A-Za-z0-9_]{1,15}$/),
  displayName: z.string().min(1).max(50).optional(),
  subscription: twitterAccountSchema.shape.subscription.optional(),
  state: twitterAccountSchema.shape.state.optional(),
  protected: z.boolean().optional(),
});

export const twitterNetwork: Network<TwitterMemory> = {
  name: "twitter",
  label: "X",
  memory: memorySchema,
  begin,
  routes: twitterRoutes,
  endToken,
  tooManyRequests,
  alterAccount,
  switches,
  controls,
};

function twitterRoutes(world: TwitterWorld): Hono<Env> {
  const app = new Hono<Env>();
  app.onError(answerRefusal);
  app.use("/2/*", withTransactionId);
  app.route("/", authorizeRoutes(world));
  app.route("/", tokenRoutes(world));
  app.route("/", readingRoutes(world));
  app.route("/", mediaRoutes(world));
  app.route("/", postRoutes(world));
  app.route("/", pageRoutes(world));
  app.all("*", (c) =>
    c.json({ title: "Not Found", type: "about:blank", status: 404, detail: "Not Found" }, 404),
  );
  return app;
}

function tooManyRequests(world: TwitterWorld, withHeaders: boolean): Response {
  const origin = world.memory.switches.problemOrigin;
  const problem = namedProblem(withHeaders ? "too-many-requests" : "rate-limit-exceeded", origin);
  const headers = new Headers({ "content-type": contentTypeOf(problem) });
  if (withHeaders) {
    const quarterMs = 15 * 60 * 1000;
    const rate = limitHeaders(world.memory.switches.postsPerWindow, 0, world.now().getTime() + quarterMs);
    for (const [name, value] of Object.entries(rate)) headers.set(`x-rate-limit-${name}`, value);
  }
  return Response.json(problem.body, { status: problem.status, headers });
}

function alterAccount(world: TwitterWorld, body: unknown): TwitterAccount {
  const {
    username,
    displayName,
    subscription,
    state,
    protected: isProtected,
  } = accountChangeSchema.parse(body);
  const { accounts } = world.memory;
  const known = accounts.findIndex((account) => account.username.toLowerCase() === username.toLowerCase());
  const before: TwitterAccount = accounts[known] ?? {
    id: nextId(world),
    username,
    displayName: username,
    subscription: "None",
    state: "active",
    protected: false,
  };
  const account: TwitterAccount = {
    ...before,
    displayName: displayName ?? before.displayName,
    subscription: subscription ?? before.subscription,
    state: state ?? before.state,
    protected: isProtected ?? before.protected,
  };
  if (known === -1) accounts.push(account);
  else accounts[known] = account;
  return account;
}

function switches(world: TwitterWorld, change?: unknown): TwitterMemory["switches"] {
  if (change !== undefined) {
    const { memory } = world;
    memory.switches = switchesSchema.parse({ ...memory.switches, ...switchesSchema.partial().parse(change) });
  }
  return world.memory.switches;
}
