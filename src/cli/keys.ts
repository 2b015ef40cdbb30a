/** `sharewell keys generate` and `sharewell keys rotate`. */
import { readConfig } from "../config.ts";
import { rotateKeys } from "../connections/rotate-keys.ts";
import { openRuntime } from "../runtime.ts";
import { generateKey } from "../vault/fernet.ts";
import { type Command, UsageError } from "./command.ts";

export const keys: Command = async ([action, ...rest]) => {
  if (rest.length > 0) throw new UsageError(`keys ${action} takes no more words: ${rest.join(" ")}`);
  if (action === "generate") return console.log(generateKey());
  if (action !== "rotate") throw new UsageError("Say `sharewell keys generate` or `sharewell keys rotate`.");
  const runtime = await openRuntime(readConfig(), { guest: true });
  try {
    const { seen, changed } = await rotateKeys(runtime);
    console.log(
      `${changed} of ${seen} secrets re-encrypted. All are under the first key of SOCIAL_ENCRYPTION_KEY now.`,
    );
  } finally {
    await runtime.close();
  }
};
