/** The letters about signing in: plain text with one link, in the reader's language. */
import { chooseLanguage } from "../../words/languages.ts";
import { type Words, wordsOf } from "../../words/words.ts";
import type { PeopleConfig } from "../people.ts";
import type { Letter } from "./mail.ts";

export type LetterConfig = Pick<PeopleConfig, "baseUrl" | "appName">;

/** The reader of a letter. */
export interface Recipient {
  readonly to: string;
  /** The language that they chose. */
  readonly language?: string | null | undefined;
  /** An Accept-Language header, used when they have chosen no language. */
  readonly asked?: string | undefined;
}

export const SIGN_IN_LINK_MINUTES = 15;
export const PASSWORD_RESET_MINUTES = 60;

/** The letter with a link to sign in. */
export function signInLetter(
  config: LetterConfig,
  { token, next, ...recipient }: Recipient & { token: string; next: string },
): Letter {
  const values = { name: config.appName, minutes: SIGN_IN_LINK_MINUTES };
  return write(recipient, ({ t }) => ({
    subject: t("Your link to sign in to {name}", values),
    paragraphs: [
      t("Open this link to sign in to {name}:", values),
      /** A link into the service. */
      linkTo(config, "login/link/", { token, next }),
      t(
        "The link works once and expires in {minutes} minutes. If you didn’t ask for it, you can ignore this email.",
        values,
      ),
    ],
  }));
}

/** The letter with a link to choose a new password. */
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
        "The link works once and expires in {minutes} minutes. If you didn’t ask for it, you can ignore this email: your password stays the same.",
        values,
      ),
    ],
  }));
}

/** The link to the page for a new password. */
export function passwordLink(
  config: LetterConfig,
  { token, next }: { readonly token: string; readonly next: string },
): string {
  return linkTo(config, "login/reset/new/", { token, next });
}

/** Writes a letter in the language of its reader. */
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
