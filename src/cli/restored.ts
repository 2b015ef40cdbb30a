/** `sharewell restored`: says that the database was put back to an earlier moment, for whoever wants to be sure. */
import { readConfig } from "../config.ts";
import { openRuntime } from "../runtime.ts";
import { watchDatabase } from "../sharing/restored.ts";
import { type Command, readArguments, toSettings } from "./command.ts";

export const restored: Command = async (args) => {
  const { values } = readArguments(args, { values: ["data"] });
  const runtime = await openRuntime(readConfig(toSettings(values)), { guest: true });
  try {
    const found = await watchDatabase(runtime, "by-hand");
    console.log(
      `${number(found?.shares ?? 0, "share is", "shares are")} looked for at their networks before anything is sent, and the tokens of ${number(found?.connections ?? 0, "account", "accounts")} are checked, as soon as the service runs.`,
    );
  } finally {
    await runtime.close();
  }
};

function number(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}
