/** The app that asks a simulated Mastodon server for tokens, and what it is refused with (docs/networks/mastodon.md, section 3). */
import type { Context } from "hono";
import { isSame } from "../../http/secrets.ts";
import type { Env } from "../../network.ts";
import { type Fields, textSchema } from "../fields.ts";
import type { MastodonApp, MastodonServer } from "../memory.ts";
import { MastodonRefusal, type MastodonWorld } from "./access.ts";

export function textOf(fields: Fields, name: string): string {
  return textSchema.safeParse(fields[name]).data ?? "";
}

export function oauthRefusal(status: number, error: string, description: string): MastodonRefusal {
  return new MastodonRefusal(Response.json({ error, error_description: description }, { status }));
}

/** By `Authorization: Basic` or in the body; undefined when the server does not know it, or its secret is wrong. */
export function authenticatedClient(
  world: MastodonWorld,
  c: Context<Env>,
  fields: Fields,
  server: MastodonServer,
): MastodonApp | undefined {
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
