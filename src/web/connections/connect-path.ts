/** Paths of the page that connects an account. They are built here, so that every link says where to return to. */
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

/** The path that reconnects an account, with its server and its way to connect filled in. */
export function reconnectPath({ platform, account }: Connection, returnTo: string): string {
  const isOnServer = aboutPlatform(platform).server !== undefined;
  const { way } = account.extra;
  return connectPath(platform, returnTo, {
    ...(isOnServer ? { server: account.username } : {}),
    ...(typeof way === "string" ? { way } : {}),
  });
}
