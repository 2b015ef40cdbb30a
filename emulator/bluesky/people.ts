/** Who is signed in, profiles, and the search for people to mention. */
import { Hono } from "hono";
import { avatarUrl, type Env } from "../network.ts";
import { readCaller } from "./caller.ts";
import { type BlueskyAccount, type BlueskyWorld, findAccount } from "./memory.ts";
import { issuerOf } from "./places.ts";
import { invalidRequest, refusal } from "./problems.ts";

export function peopleRoutes(world: BlueskyWorld): Hono<Env> {
  const app = new Hono<Env>();

  app.get("/xrpc/com.atproto.server.getSession", async (c) => {
    const { account, session } = await readCaller(world, c);
    const mayReadEmail = session.scope.split(" ").includes("transition:email");
    return c.json({
      did: account.id,
      handle: account.handle,
      ...(mayReadEmail && { email: `${account.username}@example.com`, emailConfirmed: true }),
      active: account.status === "active",
      ...(account.status !== "active" && { status: account.status }),
    });
  });

  app.get("/xrpc/com.atproto.server.describeServer", (c) =>
    c.json({
      did: "did:web:localhost",
      availableUserDomains: [".bsky.test"],
      inviteCodeRequired: false,
      blobUploadLimit: world.memory.switches.blobLimit,
      links: {},
      contact: {},
    }),
  );

  app.get("/xrpc/_health", (c) => c.json({ version: "0.5.35" }));

  app.get("/xrpc/app.bsky.actor.getProfile", (c) => {
    const actor = c.req.query("actor");
    if (!actor) throw invalidRequest('Missing required key "actor" at $');
    const account = findAccount(world, actor);
    if (!account) throw refusal(400, "InvalidRequest", "Profile not found");
    if (account.status === "deactivated") throw refusal(400, "AccountDeactivated", "Account is deactivated");
    if (account.status !== "active") throw refusal(400, "AccountTakedown", "Account has been suspended");
    const isTheirs = (did: string) => did === account.id;
    const postsCount = world.memory.records.filter(
      ({ did, collection }) => isTheirs(did) && collection === "app.bsky.feed.post",
    ).length;
    return c.json({ ...profileOf(world, account), followersCount: 0, followsCount: 0, postsCount });
  });

  app.get("/xrpc/app.bsky.actor.searchActorsTypeahead", (c) => {
    const words = (c.req.query("q") ?? c.req.query("term") ?? "").toLowerCase().replace(/^@/, "");
    const limit = Number(c.req.query("limit") ?? 10);
    const matches = ({ handle, displayName, status }: BlueskyAccount) =>
      status === "active" && (handle.startsWith(words) || displayName.toLowerCase().includes(words));
    const actors = world.memory.accounts
      .filter((account) => words !== "" && matches(account))
      .slice(0, limit);
    return c.json({ actors: actors.map((account) => profileOf(world, account)) });
  });

  return app;
}

function profileOf(world: BlueskyWorld, account: BlueskyAccount) {
  return {
    did: account.id,
    handle: account.handle,
    displayName: account.displayName,
    avatar: avatarUrl(issuerOf(world), account.id),
    labels: [],
    createdAt: "2026-01-05T08:00:00.000Z",
  };
}
