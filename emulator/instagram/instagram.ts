/** The simulated Instagram: www., api. and graph.instagram.com on one port, as strict as docs/networks/instagram.md says the real ones are. */
import { Hono } from "hono";
import { z } from "zod";
import { endToken } from "../meta/grants.ts";
import { avatarUrl, type Env, type Network, originOf } from "../network.ts";
import { authorizeRoutes } from "./authorize.tsx";
import { answerRefusal, overBudget, readLoginCaller } from "./caller.ts";
import { commentRoutes } from "./comments.ts";
import { controls } from "./controls.ts";
import { readAccount } from "./fields.ts";
import { type Host, mediaRoutes, readerOf } from "./media.ts";
import {
  begin,
  type InstagramAccount,
  type InstagramMemory,
  type InstagramWorld,
  instagramAccountSchema,
  memorySchema,
  switchesSchema,
} from "./memory.ts";
import { pageRoutes } from "./pages.tsx";
import { answerProblem, refusal } from "./problems.ts";
import { tokenRoutes } from "./token.ts";

export type { InstagramMemory } from "./memory.ts";

const accountChangeSchema = z.strictObject({
  username: z.string().regex(/^[a-z0-9_.]{1,30}$/),
  displayName: z.string().min(1).max(64).optional(),
  type: instagramAccountSchema.shape.type.optional(),
  state: instagramAccountSchema.shape.state.optional(),
});

export const instagramNetwork: Network<InstagramMemory> = {
  name: "instagram",
  label: "Instagram",
  memory: memorySchema,
  begin,
  routes: instagramRoutes,
  endToken,
  tooManyRequests,
  alterAccount,
  switches,
  controls,
};

function instagramRoutes(world: InstagramWorld): Hono<Env> {
  const app = new Hono<Env>();
  app.onError(answerRefusal);
  app.route("/", pageRoutes(world));
  app.route("/", authorizeRoutes(world));
  app.route("/", tokenRoutes(world));
  const host: Host = {
    readCaller: async (c) => readLoginCaller(world, c),
    originOf: (c) => originOf(c.req.raw),
    avatarUrl: (c, accountId) => avatarUrl(originOf(c.req.raw), accountId),
  };
  app.get("/:version/me", (c) => {
    const caller = readLoginCaller(world, c);
    const [account] = caller.accounts;
    if (!account) throw refusal("token-unreadable");
    if (!caller.may.read) throw refusal("permission-missing");
    return c.json(readAccount(readerOf(world, host, c), account, account.scopedId));
  });
  app.route("/", mediaRoutes(world, host));
  app.route("/", commentRoutes(world, host));
  app.all("/:version/:id/:edge?", (c) => {
    readLoginCaller(world, c);
    throw refusal("not-there");
  });
  app.all("*", () => {
    throw refusal("unknown-path");
  });
  return app;
}

function tooManyRequests(world: InstagramWorld, withHeaders: boolean): Response {
  const [first] = world.memory.accounts;
  return withHeaders && first ? overBudget(first.id) : answerProblem("app-limit");
}

function alterAccount(world: InstagramWorld, body: unknown): InstagramAccount {
  const change = accountChangeSchema.parse(body);
  const { accounts } = world.memory;
  const known = accounts.findIndex(({ username }) => username === change.username);
  const before: InstagramAccount = accounts[known] ?? {
    id: world.nextId(),
    scopedId: world.nextId(),
    username: change.username,
    displayName: change.username,
    type: "BUSINESS",
    state: "active",
  };
  const account: InstagramAccount = {
    ...before,
    displayName: change.displayName ?? before.displayName,
    type: change.type ?? before.type,
    state: change.state ?? before.state,
  };
  if (known === -1) accounts.push(account);
  else accounts[known] = account;
  return account;
}

function switches(world: InstagramWorld, change?: unknown): InstagramMemory["switches"] {
  if (change !== undefined) {
    const { memory } = world;
    memory.switches = switchesSchema.parse({ ...memory.switches, ...switchesSchema.partial().parse(change) });
    memory.callsMade = {};
  }
  return world.memory.switches;
}
