/** `sharewell restored`: tells the service that its database was reset to an earlier state, which it cannot always detect. */
import { readConfig } from "../config/config.ts";
import { openRuntime } from "../service/runtime.ts";
import { watchDatabase } from "../sharing/delivery/restored.ts";
import { type Command, readArguments, toSettings } from "./command.ts";

export const restored: Command = async (args) => {
  const { values } = readArguments(args, { values: ["data"] });
  const runtime = await openRuntime(readConfig(toSettings(values)), { guest: true });
  try {
    const found = await watchDatabase(runtime, "by-hand");
    console.log(
      `When the service runs, it looks for ${number(found?.shares ?? 0, "share", "shares")} on their networks before it sends anything, and checks the tokens of ${number(found?.connections ?? 0, "account", "accounts")}.`,
    );
  } finally {
    await runtime.close();
  }
};

function number(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}
