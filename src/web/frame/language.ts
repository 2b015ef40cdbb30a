/** The language of a page: what the reader chose, else what the browser asks for. */
import type { Context } from "hono";
import { chooseLanguage } from "../../words/languages.ts";
import { type Words, wordsOf } from "../../words/words.ts";
import type { Reader, WebEnv } from "../guards/context.ts";

/** Returns the translator for the reader of a page. */
export function readWords(c: Context<WebEnv>): Words {
  const person: Reader | undefined = c.get("person");
  const { language, locale } = chooseLanguage(person?.language, c.req.header("accept-language"));
  return wordsOf(language, locale);
}
