/**
 * `npm run words`: updates the message files from the texts in the source. New texts are empty, removed ones disappear.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { findTexts } from "./texts.ts";

const texts = findTexts();
for (const language of ["en", "de", "fr", "es"]) {
  const path = `src/words/messages/${language}.json`;
  const known = JSON.parse(readFileSync(path, "utf8")) as Record<string, string>;
  const messages = Object.fromEntries(
    texts.map((text) => [text, known[text] ?? (language === "en" ? text : "")]),
  );
  writeFileSync(path, `${JSON.stringify(messages, undefined, 2)}\n`);
  const missing = Object.values(messages).filter((message) => message === "").length;
  console.log(
    `${language}: ${texts.length} texts${missing === 0 ? "" : `, ${missing} without a translation`}`,
  );
}
