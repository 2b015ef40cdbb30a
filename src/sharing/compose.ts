/** What a share will say on each network, and whether it fits. */
import type { Connection } from "../connections/connection.ts";
import type { PlatformRegistry } from "../platforms/registry.ts";

export interface Fit {
  readonly connection: Connection;
  readonly text: string;
  readonly length: number;
  readonly limit: number;
}

/** The text for one connection with its length by that network's own count. */
export function fitText(
  runtime: { platforms: PlatformRegistry },
  connection: Connection,
  words: { readonly message: string; readonly url: string },
): Fit {
  const platform = runtime.platforms.getPlatform(connection.platform);
  const text = platform.composeText(words.message, words.url);
  return { connection, text, ...platform.countText(connection.account, text) };
}
