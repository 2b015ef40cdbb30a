/** `sharewell recover MAIL`: prints a password link for a person who cannot sign in and gets no email. */
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
    if (person === undefined) throw new UsageError(`There is no account for ${mail}.`);
    if (endsTwoStep) {
      await removeSecondFactor(runtime, person.id);
      console.log(`Two-step sign-in is off for ${mail}.`);
    }
    const link = await makePasswordLink(runtime, person.id);
    console.log(
      `${mail} can choose a new password, once and within ${PASSWORD_RESET_MINUTES} minutes, at\n${link}`,
    );
    if (!person.isProven)
      console.log(
        "This address was never confirmed. If the link is opened in a browser that is new to the account, the account is deleted and replaced by an empty one.",
      );
    if (person.hasSecondFactor && !endsTwoStep)
      console.log(
        "The sign-in then asks for a code of the person’s app. If the app is lost, add --end-two-step.",
      );
  } finally {
    await runtime.close();
  }
};
