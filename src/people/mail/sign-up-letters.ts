/** Letters about making an account. */
import { type LetterConfig, linkTo, type Recipient, write } from "./letters.ts";
import type { Letter } from "./mail.ts";

export const SIGN_UP_LINK_MINUTES = 60;
export const INVITATION_DAYS = 7;

/** The letter with a link to create an account. */
export function signUpLetter(
  config: LetterConfig,
  { token, next, ...recipient }: Recipient & { token: string; next: string },
): Letter {
  const values = { name: config.appName, minutes: SIGN_UP_LINK_MINUTES };
  return write(recipient, ({ t }) => ({
    subject: t("Create your {name} account", values),
    paragraphs: [
      t("Open this link to choose a password and create your {name} account:", values),
      linkTo(config, "sign-up/", { token, next }),
      t(
        "The link works once and expires in {minutes} minutes. If you didn’t ask for it, you can ignore this email.",
        values,
      ),
    ],
  }));
}

/** The letter to somebody who signs up although they have an account. */
export function knownHereLetter(
  config: LetterConfig,
  { next, ...recipient }: Recipient & { next: string },
): Letter {
  const values = { name: config.appName };
  return write(recipient, ({ t }) => ({
    subject: t("You already have a {name} account", values),
    paragraphs: [
      t(
        "Somebody, perhaps you, tried to create a {name} account with this email address, which already has one. Sign in here:",
        values,
      ),
      linkTo(config, "login/", { next }),
      t("Forgot your password? Choose a new one:"),
      linkTo(config, "login/reset/", { next }),
      t("If this wasn’t you, you can ignore this email."),
    ],
  }));
}

/** The letter that invites somebody. */
export function invitationLetter(
  config: LetterConfig,
  { link, ...recipient }: Recipient & { link: string },
): Letter {
  const values = { name: config.appName, days: INVITATION_DAYS };
  return write(recipient, ({ t }) => ({
    subject: t("You are invited to {name}", values),
    paragraphs: [
      t("You are invited to {name}. Open this link to create your account:", values),
      link,
      t(
        "The link works once, only for this email address, and expires in {days} days. If you weren’t expecting an invitation, you can ignore this email.",
        values,
      ),
    ],
  }));
}

/** The link to sign up with an invitation. */
export function invitationLink(config: LetterConfig, token: string): string {
  return linkTo(config, "sign-up/", { invitation: token });
}
