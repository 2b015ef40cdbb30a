/** `sharewell worker`: delivery alone, beside a service on the same database; as many as you like. */
import { ConfigError, readConfig, readSupervision } from "../config.ts";
import { type Command, endWhenLost, readArguments, stopOnSignal, toSettings } from "./command.ts";
import { keepCompiled } from "./compiled.ts";
import { giveBackAtRest } from "./rest.ts";
import { keepInformed } from "./supervision.ts";

export const worker: Command = async (args) => {
  const { values } = readArguments(args, { values: ["port"] });
  const config = readConfig(toSettings(values));
  const supervision = readSupervision();
  if (config.databaseUrl === undefined)
    throw new ConfigError([
      "DATABASE_URL is missing: a worker shares a PostgreSQL server with the service; set it for both to the same one",
    ]);
  keepCompiled(config.dataFolder);
  // As in serve.ts: loading it takes long.
  const { startService } = await import("../service.ts");
  const service = await startService(config, {}, "worker");
  giveBackAtRest();
  endWhenLost(service.runtime.lost);
  const tellOfStop = keepInformed(supervision, service);
  stopOnSignal(async () => void (await Promise.all([tellOfStop(), service.stop()])));
};
