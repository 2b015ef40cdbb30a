/** The letters that login sends: plain text, one link each, in the language that their reader chose. */
import { chooseLanguage } from "../../words/languages.ts";
import { type Words, wordsOf } from "../../words/words.ts";
import type { PeopleConfig } from "../people.ts";
import type { Letter } from "./mail.ts";

type LetterConfig = Pick<PeopleConfig, "baseUrl" | "appName">;

/** Whom a letter goes to. */
interface Recipient {
  readonly to: string;
  /** As they chose; absent: English. */
  readonly language?: string | null | undefined;
  /** What their browser asks for, where they have chosen none: an Accept-Language. */
  readonly asked?: string | undefined;
}

export const SIGN_IN_LINK_MINUTES = 15;
export const PASSWORD_RESET_MINUTES = 60;
export const MAIL_CHANGE_MINUTES = 60;
export const SIGN_UP_LINK_MINUTES = 60;
export const INVITATION_DAYS = 7;

export function signInLetter(
  config: LetterConfig,
  { token, next, ...recipient }: Recipient & { token: string; next: string },
): Letter {
  const values = { name: config.appName, minutes: SIGN_IN_LINK_MINUTES };
  return write(recipient, ({ t }) => ({
    subject: t("Your link to sign in to {name}", values),
    paragraphs: [
      t("Open this link to sign in to {name}:", values),
      linkTo(config, "login/link/", { token, next }),
      t(
        "It works once, for {minutes} minutes. If you did not ask for it, ignore this mail: nothing happens.",
        values,
      ),
    ],
  }));
}

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

/** To somebody who signs up, and has an account. */
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

export function resetLetter(
  config: LetterConfig,
  { token, next, ...recipient }: Recipient & { token: string; next: string },
): Letter {
  const values = { name: config.appName, minutes: PASSWORD_RESET_MINUTES };
  return write(recipient, ({ t }) => ({
    subject: t("Choose a new password for {name}", values),
    paragraphs: [
      t("Open this link to choose a new password for {name}:", values),
      passwordLink(config, { token, next }),
      t(
        "It works once, for {minutes} minutes. If you did not ask for it, ignore this mail: your password stays as it is.",
        values,
      ),
    ],
  }));
}

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

/** To an address whose account is not proved to be its reader's. */
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

/** To choose a new password with. */
export function passwordLink(
  config: LetterConfig,
  { token, next }: { readonly token: string; readonly next: string },
): string {
  return linkTo(config, "login/reset/new/", { token, next });
}

export function invitationLink(config: LetterConfig, token: string): string {
  return linkTo(config, "sign-up/", { invitation: token });
}

function write(
  { to, language, asked }: Recipient,
  compose: (words: Words) => { readonly subject: string; readonly paragraphs: readonly string[] },
): Letter {
  const { subject, paragraphs } = compose(wordsOf(chooseLanguage(language ?? undefined, asked).language));
  return { to, subject, text: paragraphs.join("\n\n") };
}

function linkTo({ baseUrl }: LetterConfig, path: string, query: Record<string, string>): string {
  const url = new URL(path, baseUrl);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return url.href;
}
