/** `sharewell serve`: the service for production; pages and delivery in one process, or the pages alone. */
import { readConfig } from "../config.ts";
import { startService } from "../service.ts";
import { type Command, endWhenLost, readPlace, stopOnSignal } from "./command.ts";

const WEB_ONLY = "--no-worker";

export const serve: Command = async (words) => {
  const config = readConfig(readPlace(words.filter((word) => word !== WEB_ONLY)));
  const service = await startService(config, {}, words.includes(WEB_ONLY) ? "web" : "all");
  endWhenLost(service.runtime.lost);
  stopOnSignal(service.stop);
};
