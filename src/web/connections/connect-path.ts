/** The address of the page that connects an account, here and not in every link, so that all ways back are kept. */
import type { Connection } from "../../connections/connection.ts";
import type { PlatformName } from "../../platforms/platform.ts";
import { aboutPlatform } from "../../platforms/registry.ts";

/** What is known already, so that nobody is asked for it. */
interface Known {
  readonly server?: string;
  readonly way?: string;
  /** "1" after an attempt that came to nothing: asks for what was left out. */
  readonly again?: "1";
}

/** @param returnTo where the person goes afterwards: a path of ours */
export function connectPath(platform: PlatformName, returnTo: string, known: Known = {}): string {
  return `/social/connect/${platform}/?${new URLSearchParams({ ...known, return: returnTo })}`;
}

/** Whether a path leads to that page, however it is written. */
export function isConnectPath(path: string): boolean {
  try {
    return decodeURI(path).startsWith("/social/connect");
  } catch {
    return true;
  }
}

/** Connects the same account again: its server is known from its handle, its way from what its platform keeps. */
export function reconnectPath({ platform, account }: Connection, returnTo: string): string {
  const isOnServer = aboutPlatform(platform).server !== undefined;
  const { way } = account.extra;
  return connectPath(platform, returnTo, {
    ...(isOnServer ? { server: account.username } : {}),
    ...(typeof way === "string" ? { way } : {}),
  });
}
