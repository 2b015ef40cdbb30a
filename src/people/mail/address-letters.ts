/** Letters about a mail address. */

import { type LetterConfig, linkTo, type Recipient, write } from "./letters.ts";
import type { Letter } from "./mail.ts";

export const MAIL_CHANGE_MINUTES = 60;

/** The letter to a new address, with a link that confirms the change. */
export function mailChangeLetter(
  config: LetterConfig,
  { token, ...recipient }: Recipient & { token: string },
): Letter {
  const values = { name: config.appName, minutes: MAIL_CHANGE_MINUTES };
  return write(recipient, ({ t }) => ({
    subject: t("Confirm your new mail address for {name}", values),
    paragraphs: [
      t(
        "Open this link, in the browser where you are signed in, to use this mail address for {name}:",
        values,
      ),
      linkTo(config, "account/mail/", { token }),
      t(
        "It works once, for {minutes} minutes. If you did not ask for it, ignore this mail: nothing happens.",
        values,
      ),
    ],
  }));
}

/** The letter with a link that proves the address of an account. */
export function proofLetter(
  config: LetterConfig,
  { token, ...recipient }: Recipient & { token: string },
): Letter {
  const values = { name: config.appName, minutes: MAIL_CHANGE_MINUTES };
  return write(recipient, ({ t }) => ({
    subject: t("Prove your mail address for {name}", values),
    paragraphs: [
      t(
        "Open this link, in the browser where you are signed in, to prove that your account at {name} is yours:",
        values,
      ),
      linkTo(config, "account/mail/", { token }),
      t(
        "It works once, for {minutes} minutes. If you have no account there, ignore this mail: nothing happens.",
        values,
      ),
    ],
  }));
}

/** The letter to the former address. */
export function mailChangedLetter(config: LetterConfig, recipient: Recipient): Letter {
  const values = { name: config.appName };
  return write(recipient, ({ t }) => ({
    subject: t("Your mail address for {name} was changed", values),
    paragraphs: [
      t(
        "Your account at {name} has another mail address from now on: you no longer sign in with this one.",
        values,
      ),
      t("If that was not you, tell whoever runs the service at once."),
      config.baseUrl.href,
    ],
  }));
}
