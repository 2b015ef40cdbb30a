/** `sharewell migrate`: updates the database to this version and exits. */
import { readConfig } from "../config/config.ts";
import { openRuntime } from "../service/runtime.ts";
import { type Command, readArguments, toSettings } from "./command.ts";

export const migrate: Command = async (args) => {
  const { values } = readArguments(args, { values: ["data"] });
  const runtime = await openRuntime(readConfig(toSettings(values)), { guest: true });
  await runtime.close();
  console.log("The database is up to date.");
};
