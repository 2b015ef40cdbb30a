/**
 * Makes the service a target of the fediverse's share buttons (FEP-3b86, docs/networks/share-pages.md, section 2): whatever
 * name on our host is asked for, the page to share on is ours. So it tells nothing about who has an account.
 */
import type { Context } from "hono";
import type { Runtime } from "../service/runtime.ts";

/** What an account's name may look like. Longer ones are not answered. */
const ACCOUNT = /^acct:[^@\s]{1,100}@([^@\s/]{1,255})$/i;

/** GET /.well-known/webfinger?resource=acct:share@share.example.com (RFC 7033) */
export function showWebfinger(c: Context<{ Variables: { runtime: Runtime } }>): Response {
  const { baseUrl } = c.var.runtime.config;
  const resource = c.req.query("resource") ?? "";
  const [, host] = ACCOUNT.exec(resource) ?? [];
  const isOurs = host?.toLowerCase() === baseUrl.host || resource === baseUrl.href;
  c.header("access-control-allow-origin", "*");
  if (resource === "") return c.json({ error: "The parameter resource is missing." }, 400);
  if (!isOurs) return c.json({ error: "There is no such resource here." }, 404);
  const target = `${new URL("social/share/", baseUrl)}?text={content}&title={name}`;
  c.header("content-type", "application/jrd+json; charset=utf-8");
  c.header("cache-control", "public, max-age=3600");
  return c.body(
    JSON.stringify({
      subject: resource,
      // The proposal says href, the most common software says template: each reads the one that it knows.
      links: [{ rel: "https://w3id.org/fep/3b86/Create", href: target, template: target }],
    }),
  );
}
