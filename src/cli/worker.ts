/** `sharewell worker`: delivery alone, beside a service on the same database; as many as you like. */
import { ConfigError, readConfig } from "../config.ts";
import { startService } from "../service.ts";
import { type Command, endWhenLost, readPlace, stopOnSignal } from "./command.ts";

export const worker: Command = async (words) => {
  const config = readConfig(readPlace(words));
  if (config.databaseUrl === undefined)
    throw new ConfigError([
      "DATABASE_URL is missing: a worker shares a PostgreSQL server with the service; set it for both to the same one",
    ]);
  const service = await startService(config, {}, "worker");
  endWhenLost(service.runtime.lost);
  stopOnSignal(service.stop);
};
