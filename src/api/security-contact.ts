/** Tells security researchers whom to contact: security.txt (RFC 9116). */
import type { Context } from "hono";
import type { Runtime } from "../service/runtime.ts";

const PATH = "/.well-known/security.txt";

/** Less than a year, as the RFC recommends. Counted from today, because the file is valid for as long as it is served. */
const VALID_DAYS = 364;
const DAY_MS = 24 * 3_600_000;

/** GET /.well-known/security.txt: 404 if the operator configured no contact. */
export function showSecurityContact(c: Context<{ Variables: { runtime: Runtime } }>): Response {
  const { config, now } = c.var.runtime;
  const { contacts, policy, languages } = config.security;
  if (contacts.length === 0) return c.text("", 404);
  const today = Math.floor(now().getTime() / DAY_MS) * DAY_MS;
  const fields: [name: string, value: string][] = [
    ...contacts.map((contact): [string, string] => ["Contact", contact]),
    ["Expires", new Date(today + VALID_DAYS * DAY_MS).toISOString()],
    ["Canonical", new URL(PATH, config.baseUrl).href],
  ];
  if (policy !== undefined) fields.push(["Policy", policy]);
  if (languages.length > 0) fields.push(["Preferred-Languages", languages.join(", ")]);
  return c.text(fields.map(([name, value]) => `${name}: ${value}\n`).join(""));
}
