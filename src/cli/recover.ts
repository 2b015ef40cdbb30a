/** `sharewell recover MAIL`: lets somebody in again who forgot the password or lost the app, where no mail helps. */
import { readConfig } from "../config.ts";
import { emailShape } from "../people/details.ts";
import { findByAddress } from "../people/directory.ts";
import { PASSWORD_RESET_MINUTES } from "../people/letters.ts";
import { makePasswordLink, removeSecondFactor } from "../people/recovery.ts";
import { openRuntime } from "../runtime.ts";
import { type Command, UsageError } from "./command.ts";

const END_TWO_STEP = "--end-two-step";

export const recover: Command = async (words) => {
  const mail = readMail(words.filter((word) => word !== END_TWO_STEP));
  const endsTwoStep = words.includes(END_TWO_STEP);
  const runtime = await openRuntime(readConfig(), { guest: true });
  try {
    const person = await findByAddress(runtime, mail);
    if (person === undefined) throw new UsageError(`Nobody here signs in as ${mail}.`);
    if (endsTwoStep) {
      await removeSecondFactor(runtime, person.id);
      console.log(`Two-step sign-in is off for ${mail}.`);
    }
    const link = await makePasswordLink(runtime, person.id);
    console.log(
      `${mail} may choose a new password, once and within ${PASSWORD_RESET_MINUTES} minutes, at\n${link}`,
    );
    if (person.hasSecondFactor && !endsTwoStep)
      console.log(`They are then asked for a code of their app; without it, say ${END_TWO_STEP} as well.`);
  } finally {
    await runtime.close();
  }
};

function readMail(words: readonly string[]): string {
  const [mail, ...rest] = words;
  if (mail === undefined || rest.length > 0)
    throw new UsageError("Say whom: `sharewell recover alice@example.com`.");
  const address = emailShape.safeParse(mail);
  if (!address.success) throw new UsageError(`"${mail}" is not a mail address.`);
  return address.data;
}
