/** The address of the page that connects an account, here and not in every link, so that all ways back are kept. */
import type { Connection } from "../connections/connection.ts";
import type { PlatformName } from "../platforms/platform.ts";
import { aboutPlatform } from "../platforms/registry.ts";

/** @param returnTo where the person goes afterwards: a path of ours */
export function connectPath(platform: PlatformName, returnTo: string, server?: string): string {
  const parameters = new URLSearchParams({ ...(server === undefined ? {} : { server }), return: returnTo });
  return `/social/connect/${platform}/?${parameters}`;
}

/** Connects the same account again: its server is known from its handle, so that nobody is asked. */
export function reconnectPath({ platform, account }: Connection, returnTo: string): string {
  const isOnServer = aboutPlatform(platform).server !== undefined;
  return connectPath(platform, returnTo, isOnServer ? account.username : undefined);
}
