/** The letters that login sends: plain text, one link each, in the language that their reader chose. */
import { chooseLanguage } from "../../words/languages.ts";
import { type Words, wordsOf } from "../../words/words.ts";
import type { PeopleConfig } from "../people.ts";
import type { Letter } from "./mail.ts";

export type LetterConfig = Pick<PeopleConfig, "baseUrl" | "appName">;

/** Whom a letter goes to. */
export interface Recipient {
  readonly to: string;
  /** As they chose; absent: English. */
  readonly language?: string | null | undefined;
  /** What their browser asks for, where they have chosen none: an Accept-Language. */
  readonly asked?: string | undefined;
}

export const SIGN_IN_LINK_MINUTES = 15;
export const PASSWORD_RESET_MINUTES = 60;

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

/** To choose a new password with. */
export function passwordLink(
  config: LetterConfig,
  { token, next }: { readonly token: string; readonly next: string },
): string {
  return linkTo(config, "login/reset/new/", { token, next });
}

export function write(
  { to, language, asked }: Recipient,
  compose: (words: Words) => { readonly subject: string; readonly paragraphs: readonly string[] },
): Letter {
  const { subject, paragraphs } = compose(wordsOf(chooseLanguage(language ?? undefined, asked).language));
  return { to, subject, text: paragraphs.join("\n\n") };
}

export function linkTo({ baseUrl }: LetterConfig, path: string, query: Record<string, string>): string {
  const url = new URL(path, baseUrl);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return url.href;
}
