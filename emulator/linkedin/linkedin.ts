/** The simulated LinkedIn: www. and api.linkedin.com on one port, as strict as docs/networks/linkedin.md says the real ones are. */
import { Hono } from "hono";
import { z } from "zod";
import type { Account, Env, Network } from "../network.ts";
import { authorizeRoutes } from "./authorize.tsx";
import { answerRefusal, readRestCaller } from "./caller.ts";
import { controls } from "./controls.ts";
import { endToken } from "./grants.ts";
import { imageRoutes } from "./images.ts";
import { begin, type LinkedinMemory, type LinkedinWorld, memorySchema, switchesSchema } from "./memory.ts";
import { pageRoutes } from "./pages.tsx";
import { postRoutes } from "./posts.ts";
import { answerProblem, refusal } from "./problems.ts";
import { tokenRoutes } from "./token.ts";

export type { LinkedinMemory } from "./memory.ts";

const accountChangeSchema = z.strictObject({
  username: z.string().min(1),
  displayName: z.string().min(1).max(60).optional(),
});

export const linkedinNetwork: Network<LinkedinMemory> = {
  name: "linkedin",
  label: "LinkedIn",
  memory: memorySchema,
  begin,
  routes: linkedinRoutes,
  endToken,
  // LinkedIn sends no rate limit headers.
  tooManyRequests: (_world, withLevel) => answerProblem(withLevel ? "member-day" : "throttled"),
  alterAccount,
  switches,
  controls,
};

function linkedinRoutes(world: LinkedinWorld): Hono<Env> {
  const app = new Hono<Env>();
  app.onError(answerRefusal);
  app.route("/", authorizeRoutes(world));
  app.route("/", tokenRoutes(world));
  app.route("/", imageRoutes(world));
  app.route("/", postRoutes(world));
  app.route("/", pageRoutes(world));
  app.all("/rest/*", (c) => {
    readRestCaller(world, c);
    throw refusal("not-found");
  });
  app.all("*", () => {
    throw refusal("not-found");
  });
  return app;
}

function alterAccount(world: LinkedinWorld, body: unknown): Account {
  const { username, displayName } = accountChangeSchema.parse(body);
  const { accounts } = world.memory;
  const known = accounts.find((account) => account.username === username);
  if (known) {
    known.displayName = displayName ?? known.displayName;
    return known;
  }
  const account = { id: `m${world.nextId()}`, username, displayName: displayName ?? username };
  accounts.push(account);
  return account;
}

function switches(world: LinkedinWorld, change?: unknown): LinkedinMemory["switches"] {
  if (change !== undefined) {
    const { memory } = world;
    memory.switches = switchesSchema.parse({ ...memory.switches, ...switchesSchema.partial().parse(change) });
  }
  return world.memory.switches;
}
