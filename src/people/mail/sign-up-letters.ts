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
    subject: t("Make your account at {name}", values),
    paragraphs: [
      t("Open this link to choose a password and make your account at {name}:", values),
      linkTo(config, "sign-up/", { token, next }),
      t(
        "It works once, for {minutes} minutes. If you did not ask for it, ignore this mail: nothing happens.",
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
    subject: t("You have an account at {name} already", values),
    paragraphs: [
      t(
        "Somebody, perhaps you, wanted to make an account at {name} with this mail address. It has one already. Sign in here:",
        values,
      ),
      linkTo(config, "login/", { next }),
      t("If you forgot the password, choose a new one:"),
      linkTo(config, "login/reset/", { next }),
      t("If that was not you, ignore this mail: nothing happens."),
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
      t("You are invited to {name}. Open this link to make your account:", values),
      link,
      t(
        "It works once, for {days} days, and only for this mail address. If you expected no invitation, ignore this mail.",
        values,
      ),
    ],
  }));
}

/** The link to sign up with an invitation. */
export function invitationLink(config: LetterConfig, token: string): string {
  return linkTo(config, "sign-up/", { invitation: token });
}
