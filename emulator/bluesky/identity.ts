/** Handles and DIDs: the directory of did:plc, did:web, and handles both ways. */
import { Hono } from "hono";
import type { Env } from "../network.ts";
import { type BlueskyAccount, type BlueskyWorld, findAccount } from "./memory.ts";
import { hostnameOf, serverOf } from "./places.ts";
import { invalidRequest, refusal } from "./problems.ts";

const handlePattern = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/i;

export function identityRoutes(world: BlueskyWorld): Hono<Env> {
  const app = new Hono<Env>();

  app.get("/xrpc/com.atproto.identity.resolveHandle", (c) => {
    const handle = c.req.query("handle");
    if (handle === undefined) throw badParams('Missing required key "handle"');
    if (!handlePattern.test(handle)) throw badParams(`Invalid handle (got "${handle}")`);
    const account = world.memory.accounts.find(
      (each) => each.handle === handle.toLowerCase() && each.status === "active",
    );
    if (!account) throw refusal(400, "HandleNotFound", "Unable to resolve handle");
    return c.json({ did: account.id });
  });

  /** Asked for at the handle's own host. */
  app.get("/.well-known/atproto-did", (c) => {
    const account = world.memory.accounts.find(({ handle }) => handle === hostnameOf(c));
    return account ? c.text(account.id) : c.text("User not found", 404);
  });

  app.get("/.well-known/did.json", (c) => {
    const host = encodeURIComponent(c.req.header("host") ?? "");
    const account = findAccount(world, `did:web:${host}`);
    return account ? c.json(documentOf(world, account)) : c.json({ error: "not found" }, 404);
  });

  /** The directory, which the real network has at plc.directory. */
  app.get("/:did{did(?::|%3A)plc(?::|%3A).+}", (c) => {
    const did = c.req.param("did");
    const account = findAccount(world, did);
    if (!account) return c.json({ message: `DID not registered: ${did}` }, 404);
    return c.json(documentOf(world, account), 200, {
      "content-type": "application/did+ld+json; charset=utf-8",
    });
  });

  return app;
}

function badParams(why: string) {
  return invalidRequest(`Invalid com.atproto.identity.resolveHandle params: ${why}`);
}

export function documentOf(world: BlueskyWorld, account: BlueskyAccount) {
  return {
    "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
    id: account.id,
    alsoKnownAs: account.claimsHandle ? [`at://${account.handle}`] : [],
    verificationMethod: [
      {
        id: `${account.id}#atproto`,
        type: "Multikey",
        controller: account.id,
        publicKeyMultibase: "zQ3shQo6TF2moaqMTrUZEM1jeuYRQXeHEx4evX9751y2qPqRA",
      },
    ],
    service: [
      {
        id: "#atproto_pds",
        type: "AtprotoPersonalDataServer",
        serviceEndpoint: serverOf(world, account),
      },
    ],
  };
}
