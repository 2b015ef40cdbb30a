/** The simulated Mastodon's own control routes. */
import { Hono } from "hono";
import { z } from "zod";
import type { Env } from "../network.ts";
import { defaultHost } from "./dialects/mastodon.ts";
import { type MastodonAccount, switchesSchema } from "./memory.ts";
import type { MastodonWorld } from "./oauth/access.ts";
import { newAccount } from "./servers.ts";

const accountChangeSchema = z.strictObject({
  server: z.string().default(defaultHost),
  username: z.string().regex(/^[a-z0-9_]{1,30}$/),
  displayName: z.string().min(1).optional(),
  status: z.enum(["active", "disabled", "unconfirmed", "pending", "without-2fa", "moved"]).optional(),
  defaultVisibility: z.enum(["public", "unlisted", "private"]).optional(),
  language: z.string().optional(),
  attributionDomains: z.array(z.string()).optional(),
});

const switchesChangeSchema = z.strictObject({
  server: z.string().default(defaultHost),
  ...switchesSchema.partial().shape,
});

const vacuumSchema = z.strictObject({ server: z.string().default(defaultHost) });

/** Creates or changes the account with that name on that server. */
export function alterAccount(world: MastodonWorld, body: unknown): MastodonAccount {
  const { server, username, displayName, ...change } = accountChangeSchema
    .refine((wanted) => hasServer(world, wanted.server), unknownServer)
    .parse(body);
  let account = world.memory.accounts.find(
    (candidate) => candidate.server === server && candidate.username === username,
  );
  if (!account) {
    account = newAccount(server, username, displayName ?? username, world.nextId());
    world.memory.accounts.push(account);
  }
  return Object.assign(account, withoutAbsent({ displayName, ...change }));
}

/** The switches of all servers, by host. A change is `{"server": host, …}`. */
export function alterSwitches(world: MastodonWorld, body?: unknown): unknown {
  if (body !== undefined) {
    const { server: host, ...change } = switchesChangeSchema
      .refine((wanted) => hasServer(world, wanted.server), unknownServer)
      .parse(body);
    const server = world.memory.servers.find((candidate) => candidate.host === host);
    if (server) Object.assign(server.switches, withoutAbsent(change));
  }
  return Object.fromEntries(world.memory.servers.map(({ host, switches }) => [host, switches]));
}

export function controls(world: MastodonWorld): Hono<Env> {
  const app = new Hono<Env>();

  /** Deletes a server's registered apps, as versions before 4.3 did with unused ones. Tokens stay valid. */
  app.post("/vacuum-apps", async (c) => {
    const { server } = vacuumSchema
      .refine((wanted) => hasServer(world, wanted.server), unknownServer)
      .parse(await c.req.json());
    world.memory.apps = world.memory.apps.filter((app) => app.server !== server);
    world.changed();
    return c.body(null, 204);
  });

  return app;
}

const unknownServer = { path: ["server"], error: "No such server: see GET /_emulator/switches." };

function hasServer(world: MastodonWorld, host: string): boolean {
  return world.memory.servers.some((server) => server.host === host);
}

function withoutAbsent(change: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
}
