/** Facebook, simulated: the dialog, the Graph API for Pages, and the pages that people see (docs/networks/facebook.md). */
import { Hono } from "hono";
import { z } from "zod";
import type { InstagramWorld } from "../instagram/memory.ts";
import { instagramOnFacebookRoutes } from "../instagram/on-facebook.ts";
import type { Account, Env, Network } from "../network.ts";
import { answerRefusal, overBudget } from "./access.ts";
import { authorizeRoutes } from "./authorize.tsx";
import { controls } from "./controls.ts";
import { feedRoutes } from "./feed.ts";
import { begin, type FacebookMemory, type FacebookWorld, memorySchema, switchesSchema } from "./memory.ts";
import { pageRoutes } from "./pages.tsx";
import { peopleRoutes } from "./people.ts";
import { postRoutes } from "./posts.ts";
import { unknownPath } from "./problems.ts";
import { tokenRoutes } from "./token.ts";
import { endToken } from "./tokens.ts";

export type { FacebookMemory } from "./memory.ts";

const accountChangeSchema = z.strictObject({
  username: z.string().min(1),
  displayName: z.string().min(1).max(50).optional(),
});

/** @param instagramWorld holds the Instagram accounts that are linked to Pages */
export function createFacebookNetwork(
  instagramWorld: () => InstagramWorld | undefined,
): Network<FacebookMemory> {
  return {
    name: "facebook",
    label: "Facebook",
    memory: memorySchema,
    begin,
    routes: (world) => facebookRoutes(world, instagramWorld),
    endToken,
    tooManyRequests,
    alterAccount,
    switches,
    controls,
  };
}

function facebookRoutes(world: FacebookWorld, instagramWorld: () => InstagramWorld | undefined): Hono<Env> {
  const app = new Hono<Env>();
  app.onError(answerRefusal);
  app.route("/", authorizeRoutes(world));
  app.route("/", tokenRoutes(world));
  app.route("/", feedRoutes(world));
  // Order matters: the Pages' own addresses, then objects by id, then pages for people.
  app.route("/", peopleRoutes(world, instagramWorld));
  const instagram = instagramWorld();
  if (instagram) app.route("/", instagramOnFacebookRoutes(world, instagram));
  app.route("/", pageRoutes(world, instagramWorld));
  app.route("/", postRoutes(world));
  app.all("*", (c) => unknownPath(c.req.path).response);
  return app;
}

/** The limit of a Page's token, with the minutes until the next call; or that of the app, without. */
function tooManyRequests(world: FacebookWorld, withHeaders: boolean): Response {
  return overBudget(withHeaders ? world.memory.pages[0]?.id : undefined);
}

function alterAccount(world: FacebookWorld, body: unknown): Account {
  const { username, displayName } = accountChangeSchema.parse(body);
  const { accounts } = world.memory;
  const known = accounts.find((account) => account.username === username);
  if (known) {
    known.displayName = displayName ?? known.displayName;
    return known;
  }
  const account = { id: world.nextId(), username, displayName: displayName ?? username };
  accounts.push(account);
  return account;
}

function switches(world: FacebookWorld, change?: unknown): FacebookMemory["switches"] {
  if (change !== undefined) {
    const { memory } = world;
    memory.switches = switchesSchema.parse({ ...memory.switches, ...switchesSchema.partial().parse(change) });
  }
  return world.memory.switches;
}
