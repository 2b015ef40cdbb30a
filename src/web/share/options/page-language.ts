/** The language of a post where it is taken from the page, also while the page is still being read. */
import type { KnownPage } from "../../../pages/known-page.ts";
import type { GivenOptions } from "../../../sharing/requests/options.ts";
import type { Draft } from "../share-draft.tsx";
import { toPostLanguage } from "./post-languages.ts";

/** What a form says for the language of a page that was still being read when the form was made. */
export const AS_ON_THE_PAGE = "as:page";

/** Returns the language that a form starts with; undefined where the page names none. */
export function guessLanguage({ metadata, problem }: KnownPage): string | undefined {
  return toPostLanguage(metadata?.language) ?? (problem === "late" ? AS_ON_THE_PAGE : undefined);
}

/** Returns the draft with the page's own language wherever the form left it to the page. */
export function takePageLanguage(draft: Draft, { metadata }: KnownPage): Draft {
  const language = toPostLanguage(metadata?.language);
  const take = (given: GivenOptions): GivenOptions =>
    Object.fromEntries(
      Object.entries(given).flatMap(([name, value]) => {
        if (value !== AS_ON_THE_PAGE) return [[name, value]];
        return language === undefined ? [] : [[name, language]];
      }),
    );
  const takeAll = (all: Readonly<Partial<Record<string, GivenOptions>>> = {}) =>
    Object.fromEntries(Object.entries(all).map(([of, given]) => [of, take(given ?? {})]));
  return { ...draft, ownOptions: takeAll(draft.ownOptions), networkOptions: takeAll(draft.networkOptions) };
}
