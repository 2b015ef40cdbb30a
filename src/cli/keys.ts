/** `sharewell keys generate` and `sharewell keys rotate`. */
import { readConfig } from "../config/config.ts";
import { generateKey } from "../vault/fernet.ts";
import { type Command, readArguments, toSettings, UsageError } from "./command.ts";

export const keys: Command = async (args) => {
  const { values, words } = readArguments(args, { values: ["data"], words: 1 });
  const [action] = words;
  if (action === "generate") return console.log(generateKey());
  if (action !== "rotate") throw new UsageError("Say `sharewell keys generate` or `sharewell keys rotate`.");
  const config = readConfig(toSettings(values));
  // As in serve.ts: loading them takes long.
  const { openRuntime } = await import("../service/runtime.ts");
  const { rotateKeys } = await import("../connections/keys/rotate-keys.ts");
  const { moveFormerSecrets } = await import("../people/second-factor/second-factor-secrets.ts");
  const runtime = await openRuntime(config, { guest: true });
  try {
    await moveFormerSecrets(runtime);
    const { seen, changed, unreadable } = await rotateKeys(runtime);
    console.log(`${changed} of ${seen} secrets re-encrypted under the first key of SOCIAL_ENCRYPTION_KEY.`);
    if (unreadable === 0) return;
    console.error(
      `sharewell: ${unreadable} secrets cannot be opened with any key: their people must connect again, or sign in by a recovery code.`,
    );
    process.exitCode = 1;
  } finally {
    await runtime.close();
  }
};
