/** `sharewell migrate`: brings the database up to this version, and stops. */
import { readConfig } from "../config.ts";
import { openRuntime } from "../runtime.ts";
import { type Command, readFlags } from "./command.ts";

export const migrate: Command = async (words) => {
  readFlags(words, []);
  const runtime = await openRuntime(readConfig(), { guest: true });
  await runtime.close();
  console.log("The database is up to date.");
};
