/** `sharewell serve`: the service alone, for production. */
import { readConfig } from "../config.ts";
import { startService } from "../service.ts";
import { type Command, endWhenLost, readFlags, stopOnSignal } from "./command.ts";

export const serve: Command = async (words) => {
  const flags = readFlags(words, ["port", "data"]);
  const config = readConfig({
    ...(flags.port === undefined ? {} : { PORT: flags.port }),
    ...(flags.data === undefined ? {} : { SOCIAL_DATA_DIR: flags.data }),
  });
  const service = await startService(config);
  endWhenLost(service.runtime.lost);
  stopOnSignal(service.stop);
};
