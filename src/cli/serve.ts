/** `sharewell serve`: the service for production; pages and delivery in one process, or the pages alone. */
import { readConfig, readSupervision } from "../config.ts";
import { type Command, endWhenLost, readArguments, stopOnSignal, toSettings } from "./command.ts";
import { keepCompiled } from "./compiled.ts";
import { giveBackAtRest } from "./rest.ts";
import { keepInformed } from "./supervision.ts";

export const serve: Command = async (args) => {
  const { values, has } = readArguments(args, { values: ["port", "data"], switches: ["no-worker"] });
  const config = readConfig(toSettings(values));
  const supervision = readSupervision();
  keepCompiled(config.dataFolder);
  // Loading it takes a second: what is wrong with the settings is told before.
  const { startService } = await import("../service.ts");
  const service = await startService(config, {}, has("no-worker") ? "web" : "all");
  giveBackAtRest();
  endWhenLost(service.runtime.lost);
  const tellOfStop = keepInformed(supervision, service);
  stopOnSignal(async () => void (await Promise.all([tellOfStop(), service.stop()])));
};
