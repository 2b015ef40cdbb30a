/** `sharewell serve`: the service for production; pages and delivery in one process, or the pages alone. */
import { readConfig } from "../config.ts";
import { startService } from "../service.ts";
import { type Command, endWhenLost, readArguments, stopOnSignal, toSettings } from "./command.ts";

export const serve: Command = async (args) => {
  const { values, has } = readArguments(args, { values: ["port", "data"], switches: ["no-worker"] });
  const service = await startService(readConfig(toSettings(values)), {}, has("no-worker") ? "web" : "all");
  endWhenLost(service.runtime.lost);
  stopOnSignal(service.stop);
};
