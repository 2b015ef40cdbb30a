/** Letters about an email address. */
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
    subject: t("Confirm your new email address for {name}", values),
    paragraphs: [
      t(
        "Open this link in the browser where you are signed in, to use this email address for {name}:",
        values,
      ),
      linkTo(config, "account/mail/", { token }),
      t(
        "The link works once and expires in {minutes} minutes. If you didn’t ask for it, you can ignore this email.",
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
    subject: t("Verify your email address for {name}", values),
    paragraphs: [
      t(
        "Open this link in the browser where you are signed in, to verify the email address of your {name} account:",
        values,
      ),
      linkTo(config, "account/mail/", { token }),
      t(
        "The link works once and expires in {minutes} minutes. If you have no account there, you can ignore this email.",
        values,
      ),
    ],
  }));
}

/** The letter to the former address. */
export function mailChangedLetter(config: LetterConfig, recipient: Recipient): Letter {
  const values = { name: config.appName };
  return write(recipient, ({ t }) => ({
    subject: t("Your email address for {name} was changed", values),
    paragraphs: [
      t(
        "The email address of your {name} account was changed. You can no longer sign in with this one.",
        values,
      ),
      t("If this wasn’t you, contact the operator of this service immediately."),
      config.baseUrl.href,
    ],
  }));
}
