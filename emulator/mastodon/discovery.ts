/** Discovery and instance information of the simulated Mastodon servers (docs/networks/mastodon.md, sections 1 and 4). */
import { domainToASCII } from "node:url";
import { type Context, Hono } from "hono";
import { type Env, originOf } from "../network.ts";
import type { Server } from "./memory.ts";
import { type MastodonWorld, refusal, serverOf } from "./oauth/access.ts";
import { accountDomainOf } from "./oauth/authorize.tsx";

const activityJson = "application/activity+json";

export function discoveryRoutes(world: MastodonWorld): Hono<Env> {
  const app = new Hono<Env>();

  app.get("/.well-known/webfinger", (c) => {
    const server = serverOf(world, c);
    const origin = originOf(c.req.raw);
    const { username, host } = splitResource(c.req.query("resource") ?? "");
    const served = [server.host, server.accountDomain, new URL(origin).hostname];
    const person = world.memory.accounts.find(
      (account) => account.server === server.host && account.username === username,
    );
    if (!person || !served.includes(host)) return c.json({ error: "Record not found" }, 404);
    const document = {
      subject: `acct:${person.username}@${accountDomainOf(server, origin)}`,
      aliases: [`${origin}/@${person.username}`, `${origin}/users/${person.username}`],
      links: [
        {
          rel: "http://webfinger.net/rel/profile-page",
          type: "text/html",
          href: `${origin}/@${person.username}`,
        },
        { rel: "self", type: activityJson, href: `${origin}/users/${person.username}` },
        ...(server.switches.createIntent === ""
          ? []
          : [
              {
                rel: "https://w3id.org/fep/3b86/Create",
                template: `${origin}${server.switches.createIntent}`,
              },
              {
                rel: "https://w3id.org/fep/3b86/Object",
                template: `${origin}/authorize_interaction?uri={object}`,
              },
            ]),
      ],
    };
    return c.body(JSON.stringify(document), 200, { "content-type": "application/jrd+json; charset=utf-8" });
  });

  app.get("/.well-known/host-meta", (c) => {
    const server = serverOf(world, c);
    if (!server.switches.hostMeta) throw refusal(server, "not-found");
    const template = `${originOf(c.req.raw)}/.well-known/webfinger?resource={uri}`;
    const xrd = `<?xml version="1.0" encoding="UTF-8"?>\n<XRD xmlns="http://docs.oasis-open.org/ns/xri/xrd-1.0"><Link rel="lrdd" template="${template}"/></XRD>`;
    return c.body(xrd, 200, { "content-type": "application/xrd+xml; charset=utf-8" });
  });

  app.get("/.well-known/nodeinfo", (c) => {
    const server = serverOf(world, c);
    if (!server.switches.nodeinfo) throw refusal(server, "not-found");
    const rel = "http://nodeinfo.diaspora.software/ns/schema/2.0";
    return c.json({ links: [{ rel, href: `${originOf(c.req.raw)}/nodeinfo/2.0` }] });
  });

  app.get("/nodeinfo/2.0", (c) => {
    const server = serverOf(world, c);
    const users = world.memory.accounts.filter((account) => account.server === server.host).length;
    return c.json({
      version: "2.0",
      software: { name: server.switches.software, version: server.switches.version },
      protocols: ["activitypub"],
      services: { outbound: [], inbound: [] },
      usage: { users: { total: users }, localPosts: world.memory.posts.length },
      openRegistrations: false,
      metadata: { nodeName: server.title },
    });
  });

  app.get("/api/v2/instance", (c) => {
    const server = serverOf(world, c);
    if (server.switches.instanceApi === "v1") throw refusal(server, "not-found");
    const origin = originOf(c.req.raw);
    return c.json({
      domain: server.switches.claimedDomain || accountDomainOf(server, origin),
      title: server.title,
      version: versionOf(server),
      source_url: "https://github.com/mastodon/mastodon",
      description: "A simulated server.",
      usage: { users: { active_month: 2 } },
      languages: ["en"],
      configuration: configurationOf(server, origin),
      registrations: { enabled: false, approval_required: false, message: null },
      contact: { email: "operator@example.org", account: null },
      rules: [],
    });
  });

  app.get("/api/v1/instance", (c) => {
    const server = serverOf(world, c);
    const origin = originOf(c.req.raw);
    return c.json({
      uri: server.switches.claimedDomain || accountDomainOf(server, origin),
      title: server.title,
      short_description: "A simulated server.",
      description: "A simulated server.",
      email: "operator@example.org",
      version: versionOf(server),
      languages: ["en"],
      registrations: false,
      approval_required: false,
      invites_enabled: false,
      ...instanceLimits(server, origin),
      contact_account: null,
      rules: [],
    });
  });

  return app;
}

/** The Pleroma family gives its length limit in a separate field and has no `configuration`. */
function instanceLimits(server: Server, origin: string) {
  return server.switches.instanceApi === "v1"
    ? { max_toot_chars: server.switches.maxCharacters, max_media_attachments: server.switches.maxMedia }
    : { configuration: configurationOf(server, origin) };
}

/** Misskey also serves OAuth metadata at Mastodon's address, but apps cannot be registered there. */
export function misskeyMetadata(c: Context<Env>): Response {
  const origin = originOf(c.req.raw);
  return c.json({
    issuer: origin,
    authorization_endpoint: `${origin}/oauth/authorize`,
    token_endpoint: `${origin}/oauth/token`,
    scopes_supported: ["read:account", "write:account", "write:drive", "write:notes"],
    response_types_supported: ["code"],
    grant_types_supported: ["authorization_code"],
    service_documentation: "https://misskey-hub.net",
    code_challenge_methods_supported: ["S256"],
    authorization_response_iss_parameter_supported: true,
  });
}

function versionOf({ switches }: Server): string {
  const { software, version, instanceVersion } = switches;
  if (instanceVersion !== "") return instanceVersion;
  if (software === "mastodon" || version.includes("compatible")) return version;
  return `4.3.0 (compatible; ${software} ${version})`;
}

function configurationOf({ switches }: Server, origin: string) {
  return {
    urls: { streaming: origin.replace(/^http/, "ws") },
    accounts: { max_featured_tags: 10 },
    statuses: {
      max_characters: switches.maxCharacters,
      max_media_attachments: switches.maxMedia,
      characters_reserved_per_url: switches.urlCharacters,
    },
    media_attachments: {
      supported_mime_types: ["image/jpeg", "image/png", "image/gif", "image/webp"],
      description_limit: 1500,
      image_size_limit: 16_777_216,
      image_matrix_limit: 33_177_600,
    },
    polls: { max_options: 4, max_characters_per_option: 50, min_expiration: 300, max_expiration: 2_629_746 },
    translation: { enabled: false },
  };
}

/** "acct:ana@people.localhost:4102", or the address of a profile. Ports are not compared. */
function splitResource(resource: string): { username: string; host: string } {
  const profile = /^https?:\/\/([^/]+)\/(?:@|users\/)([^/]+)$/.exec(resource);
  const [username, domain] = profile
    ? [profile[2], profile[1]]
    : resource
        .replace(/^acct:/, "")
        .replace(/^@/, "")
        .split("@");
  const host = (domain ?? "").replace(/:\d+$/, "");
  return { username: (username ?? "").toLowerCase(), host: domainToASCII(host) };
}
