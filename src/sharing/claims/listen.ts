/** Learns of new jobs as soon as they are committed. */
import { setTimeout as pause } from "node:timers/promises";
import { canNotify } from "../../database/backend.ts";
import { type PlatformName, platformNames } from "../../platforms/platform.ts";
import type { SharingRuntime } from "../runtime.ts";
import { CHANNEL } from "./queue.ts";

/** How long the server may take to close its end of the listening connection, in milliseconds. A silent server never does. */
const END_WITHIN_MS = 3_000;

/** Wakes the workers at each commit by LISTEN/NOTIFY. The pulse is the safety net, and the only way where the database lacks it. */
export async function listenForDeliveries(
  { queue, config, log }: SharingRuntime,
  wake: (platform: PlatformName | undefined) => void,
): Promise<{ close(): Promise<void> }> {
  const deaf = { close: async () => {} };
  if (!canNotify(config.databaseBackend)) return deaf;
  const onNews = (names: string) => {
    for (const name of names.split(",")) wake(platformNames.find((platform) => platform === name));
  };
  try {
    const listener = await queue.getDb().listen?.(CHANNEL, onNews, () => wake(undefined));
    if (listener === undefined) return deaf;
    return {
      close: async () =>
        await Promise.race([listener.close(), pause(END_WITHIN_MS, undefined, { ref: false })]),
    };
  } catch (error) {
    log.warn({ err: error }, "new shares are found by polling only, up to two seconds late");
    return deaf;
  }
}
