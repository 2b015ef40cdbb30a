/** The letters that login sends: plain text, one link each. */

import type { Letter } from "./mail.ts";
import type { PeopleConfig } from "./people.ts";

type LetterConfig = Pick<PeopleConfig, "baseUrl" | "appName">;

export const SIGN_IN_LINK_MINUTES = 15;
export const PASSWORD_RESET_MINUTES = 60;
export const MAIL_CHANGE_MINUTES = 60;
export const INVITATION_DAYS = 7;

export function signInLetter(
  config: LetterConfig,
  { to, token, next }: { to: string; token: string; next: string },
): Letter {
  return {
    to,
    subject: `Your link to sign in to ${config.appName}`,
    text: [
      `Open this link to sign in to ${config.appName}:`,
      linkTo(config, "login/link/", { token, next }),
      `It works once, for ${SIGN_IN_LINK_MINUTES} minutes. If you did not ask for it, ignore this mail: nothing happens.`,
    ].join("\n\n"),
  };
}

export function resetLetter(
  config: LetterConfig,
  { to, token, next }: { to: string; token: string; next: string },
): Letter {
  return {
    to,
    subject: `Choose a new password for ${config.appName}`,
    text: [
      `Open this link to choose a new password for ${config.appName}:`,
      linkTo(config, "login/reset/new/", { token, next }),
      `It works once, for ${PASSWORD_RESET_MINUTES} minutes. If you did not ask for it, ignore this mail: your password stays as it is.`,
    ].join("\n\n"),
  };
}

export function mailChangeLetter(config: LetterConfig, { to, token }: { to: string; token: string }): Letter {
  return {
    to,
    subject: `Confirm your new mail address for ${config.appName}`,
    text: [
      `Open this link, in the browser where you are signed in, to use this mail address for ${config.appName}:`,
      linkTo(config, "account/mail/", { token }),
      `It works once, for ${MAIL_CHANGE_MINUTES} minutes. If you did not ask for it, ignore this mail: nothing happens.`,
    ].join("\n\n"),
  };
}

export function mailChangedLetter(config: LetterConfig, { to }: { to: string }): Letter {
  return {
    to,
    subject: `Your mail address for ${config.appName} was changed`,
    text: [
      `Your account at ${config.appName} has another mail address from now on: you no longer sign in with this one.`,
      "If that was not you, tell whoever runs the service at once.",
      config.baseUrl.href,
    ].join("\n\n"),
  };
}

export function invitationLetter(config: LetterConfig, { to, link }: { to: string; link: string }): Letter {
  return {
    to,
    subject: `You are invited to ${config.appName}`,
    text: [
      `You are invited to ${config.appName}. Open this link to make your account:`,
      link,
      `It works once, for ${INVITATION_DAYS} days, and only for this mail address. If you expected no invitation, ignore this mail.`,
    ].join("\n\n"),
  };
}

export function invitationLink(config: LetterConfig, token: string): string {
  return linkTo(config, "sign-up/", { invitation: token });
}

function linkTo({ baseUrl }: LetterConfig, path: string, query: Record<string, string>): string {
  const url = new URL(path, baseUrl);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return url.href;
}
