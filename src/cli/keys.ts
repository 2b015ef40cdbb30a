/** `sharewell keys generate` prints a new key; `sharewell keys rotate` re-encrypts all secrets with the first one. */
import { readConfig } from "../config/config.ts";
import { generateKey } from "../vault/fernet.ts";
import { type Command, readArguments, toSettings, UsageError } from "./command.ts";

export const keys: Command = async (args) => {
  const { values, words } = readArguments(args, { values: ["data"], words: 1 });
  const [action] = words;
  if (action === "generate") return console.log(generateKey());
  if (action !== "rotate") throw new UsageError("Use `sharewell keys generate` or `sharewell keys rotate`.");
  const config = readConfig(toSettings(values));
  // Loaded late, as in serve.ts.
  const { openRuntime } = await import("../service/runtime.ts");
  const { rotateKeys } = await import("../connections/keys/rotate-keys.ts");
  const { moveFormerSecrets } = await import("../people/second-factor/second-factor-secrets.ts");
  const runtime = await openRuntime(config, { guest: true });
  try {
    await moveFormerSecrets(runtime);
    const { seen, changed, unreadable } = await rotateKeys(runtime);
    console.log(`${changed} of ${seen} secrets re-encrypted with the first key of SOCIAL_ENCRYPTION_KEY.`);
    if (unreadable === 0) return;
    console.error(
      `sharewell: ${unreadable} secrets cannot be decrypted with any key. The people concerned must reconnect their accounts, or sign in with a recovery code.`,
    );
    process.exitCode = 1;
  } finally {
    await runtime.close();
  }
};
