/** The simulated Bluesky's own control routes: named refusals, clients of this machine, and a person's withdrawal. */
import { Hono } from "hono";
import { z } from "zod";
import { plannedFaultSchema } from "../control/faults.ts";
import type { Env } from "../network.ts";
import {
  accountChangeSchema,
  type BlueskyAccount,
  type BlueskyMemory,
  type BlueskyWorld,
  newAccount,
  switchesSchema,
} from "./memory.ts";
import { endSessions } from "./oauth/sessions.ts";
import { namedRefusal, problemNames } from "./problems.ts";
import { base32 } from "./repo/cid.ts";

const plannedProblemSchema = plannedFaultSchema.omit({ fault: true }).extend({
  problem: z.enum(problemNames),
  /** Refuses only after the call was handled and stored. */
  after: z.boolean().default(false),
});

const clientSchema = z.strictObject({ origin: z.url(), at: z.url() });
const withdrawalSchema = z.strictObject({ username: z.string(), clientId: z.string().optional() });

export function controls(world: BlueskyWorld): Hono<Env> {
  const app = new Hono<Env>();

  /** A client's public address, and where on this machine it really listens. */
  app.post("/clients", async (c) => {
    const { origin, at } = clientSchema.parse(await c.req.json());
    world.memory.clients[new URL(origin).origin] = new URL(at).origin;
    world.changed();
    return c.json(world.memory.clients);
  });

  /** Plans one of Bluesky's refusals for the next calls of an endpoint. */
  app.post("/problems", async (c) => {
    const { endpoint, times, problem, after } = plannedProblemSchema.parse(await c.req.json());
    const { status, body } = namedRefusal(problem);
    const kind = after ? ("status-after" as const) : ("status" as const);
    const planned = { endpoint, times, fault: { kind, status, body: { ...body } } };
    world.faults.push(planned);
    return c.json(planned, 201);
  });

  /** A person ends the app's access in the settings of their account. */
  app.post("/withdrawals", async (c) => {
    const { username, clientId } = withdrawalSchema.parse(await c.req.json());
    const account = world.memory.accounts.find((each) => each.username === username);
    const ended = endSessions(
      world,
      (session) =>
        session.accountId === account?.id && (clientId === undefined || session.clientId === clientId),
    );
    world.changed();
    return c.json({ ended });
  });

  return app;
}

/** Creates or changes the account with that name. Moving it to another host ends its sessions, and so does taking it down. */
export function alterAccount(world: BlueskyWorld, body: unknown): BlueskyAccount {
  const { username, did, ...change } = accountChangeSchema.parse(body);
  const { accounts } = world.memory;
  let account = accounts.find((each) => each.username === username);
  if (!account) {
    const id = did ?? `did:plc:${base32(Buffer.from(username.padEnd(15, "."))).slice(0, 24)}`;
    account = newAccount(id, username, change.displayName ?? username);
    accounts.push(account);
  }
  const { id, host } = account;
  const isTakenDown = change.status === "takendown" || change.status === "suspended";
  if (isTakenDown || (change.host !== undefined && change.host !== host))
    endSessions(world, ({ accountId }) => accountId === id);
  const given = Object.entries(change).filter(([, value]) => value !== undefined);
  return Object.assign(account, Object.fromEntries(given));
}

export function alterSwitches({ memory }: BlueskyWorld, change?: unknown): BlueskyMemory["switches"] {
  if (change !== undefined)
    memory.switches = switchesSchema.parse({ ...memory.switches, ...switchesSchema.partial().parse(change) });
  return memory.switches;
}
