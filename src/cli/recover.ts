/** `sharewell recover MAIL`: lets somebody in again who forgot the password or lost the app, where no mail helps. */
import { readConfig } from "../config/config.ts";
import { findByAddress } from "../people/directory.ts";
import { PASSWORD_RESET_MINUTES } from "../people/mail/letters.ts";
import { makePasswordLink, removeSecondFactor } from "../people/second-factor/recovery.ts";
import { openRuntime } from "../service/runtime.ts";
import { type Command, readArguments, toSettings, UsageError } from "./command.ts";
import { readMail } from "./mail-address.ts";

export const recover: Command = async (args) => {
  const { values, has, words } = readArguments(args, {
    values: ["data"],
    switches: ["end-two-step"],
    words: 1,
  });
  const mail = readMail("recover", words);
  const endsTwoStep = has("end-two-step");
  const runtime = await openRuntime(readConfig(toSettings(values)), { guest: true });
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
    if (!person.isProven)
      console.log(
        "Their address was never proved. Used in a browser that is new to the account, the link ends it, and makes an empty one.",
      );
    if (person.hasSecondFactor && !endsTwoStep)
      console.log("They are then asked for a code of their app; without it, say --end-two-step as well.");
  } finally {
    await runtime.close();
  }
};
