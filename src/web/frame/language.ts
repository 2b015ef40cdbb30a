/** The language of whoever reads a page: as they chose, or as their browser asks. */
import type { Context } from "hono";
import { chooseLanguage } from "../../words/languages.ts";
import { type Words, wordsOf } from "../../words/words.ts";
import type { Reader, WebEnv } from "../guards/context.ts";

export function readWords(c: Context<WebEnv>): Words {
  const person: Reader | undefined = c.get("person");
  const { language, locale } = chooseLanguage(person?.language, c.req.header("accept-language"));
  return wordsOf(language, locale);
}
