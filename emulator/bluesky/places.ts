/** The addresses of the simulated Bluesky: two hosts that lead to one port. */
import type { Context } from "hono";
import type { Env } from "../network.ts";
import type { BlueskyAccount, BlueskyWorld, Host } from "./memory.ts";

/** The server that signs people in, resolves handles and DIDs, and shows posts. */
export function issuerOf(world: BlueskyWorld): string {
  return originOn(world, "127.0.0.1");
}

/** The server with an account's records. */
export function serverOf(world: BlueskyWorld, { host }: Pick<BlueskyAccount, "host">): string {
  return originOn(world, host);
}

/** The origin under which a call came. */
export function calledOrigin(world: BlueskyWorld, c: Context<Env>): string {
  return originOn(world, hostnameOf(c) === "localhost" ? "localhost" : "127.0.0.1");
}

/** The host name of a call, without its port. */
export function hostnameOf(c: Context<Env>): string {
  return (c.req.header("host") ?? "").replace(/:\d+$/, "").toLowerCase();
}

/** "https://bsky.app/profile/did:plc:…/post/3k…" */
export function postAddress(world: BlueskyWorld, did: string, rkey: string): string {
  return `${issuerOf(world)}/profile/${did}/post/${rkey}`;
}

function originOn(world: BlueskyWorld, host: Host): string {
  const { port } = new URL(world.origin);
  return `http://${host}:${port}`;
}
