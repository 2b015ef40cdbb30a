/** Paths of the page that connects an account. They are built here, so that every link says where to return to. */
import { z } from "zod";
import type { Connection } from "../../connections/connection.ts";
import type { PlatformName } from "../../platforms/platform.ts";
import { aboutPlatform } from "../../platforms/registry.ts";

/** What is already known and need not be asked for. */
interface Known {
  readonly server?: string;
  readonly way?: string;
  /** "1" after a failed attempt: asks again for permissions that were declined. */
  readonly again?: "1";
}

/** The path that starts connecting an account. @param returnTo the local path to return to afterwards */
export function connectPath(platform: PlatformName, returnTo: string, known: Known = {}): string {
  return `/social/connect/${platform}/?${new URLSearchParams({ ...known, return: returnTo })}`;
}

/** Whether a path leads to that page, also when it is percent-encoded. */
export function isConnectPath(path: string): boolean {
  try {
    return decodeURI(path).startsWith("/social/connect");
  } catch {
    return true;
  }
}

const CONNECTED = "connected";

/**
 * The path of a page that wants to know which accounts were connected from it: whoever comes back brings their ids.
 * @param before the ids of those that were connected from there before
 */
export function returnWith(path: string, before: readonly string[]): string {
  return `${path}${path.includes("?") ? "&" : "?"}${CONNECTED}=${before.join(".")}`;
}

/** Adds the accounts just connected, where the page to return to wants to know them. */
export function withConnected(returnTo: string, connections: readonly Connection[]): string {
  const [path = "", query = ""] = returnTo.split("?", 2);
  const parameters = new URLSearchParams(query);
  const before = parameters.get(CONNECTED);
  if (before === null) return returnTo;
  const ids = [...before.split("."), ...connections.map(({ id }) => id)].filter((id) => id !== "");
  parameters.set(CONNECTED, [...new Set(ids)].slice(-MOST_CONNECTED).join("."));
  return `${path}?${parameters}`;
}

/** More would make the address too long. */
const MOST_CONNECTED = 20;

/** Reads the ids of the accounts connected from this page; undefined where nobody has gone from it to connect one. */
export function readConnected(value: string | undefined): string[] | undefined {
  return value?.split(".").filter((id) => z.uuid().safeParse(id).success);
}

/** The path that reconnects an account, with its server and its way to connect filled in. */
export function reconnectPath({ platform, account }: Connection, returnTo: string): string {
  const isOnServer = aboutPlatform(platform).server !== undefined;
  const { way } = account.extra;
  return connectPath(platform, returnTo, {
    ...(isOnServer ? { server: account.username } : {}),
    ...(typeof way === "string" ? { way } : {}),
  });
}
