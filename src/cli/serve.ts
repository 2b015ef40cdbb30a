/** `sharewell serve`: the service for production; pages and delivery in one process, or the pages alone. */
import { readConfig } from "../config.ts";
import { type Command, endWhenLost, readArguments, stopOnSignal, toSettings } from "./command.ts";

export const serve: Command = async (args) => {
  const { values, has } = readArguments(args, { values: ["port", "data"], switches: ["no-worker"] });
  const config = readConfig(toSettings(values));
  // Loading it takes a second: what is wrong with the settings is told before.
  const { startService } = await import("../service.ts");
  const service = await startService(config, {}, has("no-worker") ? "web" : "all");
  endWhenLost(service.runtime.lost);
  stopOnSignal(service.stop);
};
