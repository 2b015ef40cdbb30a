/** `sharewell serve`: the service for production, with pages and delivery in one process or the pages only. */
import { readConfig, readSupervision } from "../config/config.ts";
import { type Command, endWhenLost, readArguments, stopOnSignal, toSettings } from "./command.ts";
import { keepCompiled } from "./process/compiled.ts";
import { tellFirstSteps } from "./process/first-steps.ts";
import { endWhenUncaught, printIntoLog } from "./process/own-log.ts";
import { giveBackAtRest } from "./process/rest.ts";
import { keepInformed } from "./process/supervision.ts";

export const serve: Command = async (args) => {
  const { values, has } = readArguments(args, { values: ["port", "data"], switches: ["no-worker"] });
  const config = readConfig(toSettings(values));
  const supervision = readSupervision();
  keepCompiled(config.dataFolder);
  // Loading takes a second, so wrong settings are reported first.
  const [{ startService }, { createLog }, { isUnused }] = await Promise.all([
    import("../service/service.ts"),
    import("../operation/log.ts"),
    import("../people/directory.ts"),
  ]);
  const log = createLog(config.logLevel);
  printIntoLog(log);
  const service = await startService(config, { log }, has("no-worker") ? "web" : "all");
  giveBackAtRest();
  endWhenLost(service.runtime.lost);
  const tellOfStop = keepInformed(supervision, service);
  const stop = async () => void (await Promise.all([tellOfStop(), service.stop()]));
  stopOnSignal(stop, undefined, (problem) => log.error(problem, "the service did not stop cleanly"));
  endWhenUncaught(log, stop);
  const words = tellFirstSteps(config.baseUrl, await isUnused(service.runtime));
  // On a terminal the last line is for a person, elsewhere every line is JSON.
  if (process.stdout.isTTY) process.stdout.write(`\n${words}\n`);
  else log.info(words);
};
