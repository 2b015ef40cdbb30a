/** `sharewell worker`: delivers shares for a service on the same database; any number may run. */
import { ConfigError, readConfig, readSupervision } from "../config/config.ts";
import { type Command, endWhenLost, readArguments, stopOnSignal, toSettings } from "./command.ts";
import { keepCompiled } from "./process/compiled.ts";
import { endWhenUncaught, printIntoLog } from "./process/own-log.ts";
import { giveBackAtRest } from "./process/rest.ts";
import { keepInformed } from "./process/supervision.ts";

export const worker: Command = async (args) => {
  const { values } = readArguments(args, { values: ["port"] });
  const config = readConfig(toSettings(values));
  const supervision = readSupervision();
  if (config.databaseUrl === undefined)
    throw new ConfigError([
      "DATABASE_URL is missing: a worker needs the PostgreSQL server of the service. Set the same DATABASE_URL for both",
    ]);
  keepCompiled(config.dataFolder);
  // Loaded late, as in serve.ts.
  const [{ startService }, { createLog }] = await Promise.all([
    import("../service/service.ts"),
    import("../operation/log.ts"),
  ]);
  const log = createLog(config.logLevel);
  printIntoLog(log);
  const service = await startService(config, { log }, "worker");
  giveBackAtRest();
  endWhenLost(service.runtime.lost);
  const tellOfStop = keepInformed(supervision, service);
  const stop = async () => void (await Promise.all([tellOfStop(), service.stop()]));
  stopOnSignal(stop, undefined, (problem) => log.error(problem, "the service did not stop cleanly"));
  endWhenUncaught(log, stop);
};
