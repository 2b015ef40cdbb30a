/** Authenticates apps at the token endpoints of a simulated Mastodon server (docs/networks/mastodon.md, section 3). */
import type { Context } from "hono";
import { isSame } from "../../http/secrets.ts";
import type { Env } from "../../network.ts";
import { type Fields, textSchema } from "../fields.ts";
import type { App, Server } from "../memory.ts";
import { type MastodonWorld, Refusal } from "./access.ts";

export function textOf(fields: Fields, name: string): string {
  return textSchema.safeParse(fields[name]).data ?? "";
}

export function oauthRefusal(status: number, error: string, description: string): Refusal {
  return new Refusal(Response.json({ error, error_description: description }, { status }));
}

/** Reads `Authorization: Basic` or the body. Returns undefined for an unknown app or a wrong secret. */
export function authenticatedClient(
  world: MastodonWorld,
  c: Context<Env>,
  fields: Fields,
  server: Server,
): App | undefined {
  const basic = /^Basic (\S+)$/i.exec(c.req.header("authorization") ?? "")?.[1];
  const [id, secret] = basic
    ? splitOnce(Buffer.from(basic, "base64").toString())
    : [textOf(fields, "client_id"), textOf(fields, "client_secret")];
  const app = world.memory.apps.find(({ clientId, server: home }) => clientId === id && home === server.host);
  return app && isSame(app.clientSecret, secret) ? app : undefined;
}

function splitOnce(pair: string): [string, string] {
  const colon = pair.indexOf(":");
  return colon === -1 ? [pair, ""] : [formDecoded(pair.slice(0, colon)), formDecoded(pair.slice(colon + 1))];
}

/** RFC 6749, section 2.3.1: both halves are form-encoded first. */
function formDecoded(text: string): string {
  return new URLSearchParams(`value=${text}`).get("value") ?? "";
}
