/** What every page has in common, handed down to its parts: the service's name and look, and the reader's language. */
import { createContext, useContext } from "hono/jsx";
import { type Words, wordsOf } from "../../words/words.ts";

export interface PageValues {
  /** The service's name, as the operator chose it. */
  readonly name: string;
  /** The reader's language. */
  readonly words: Words;
  /** The page answers a form: Back and a reload would send that form again. */
  readonly answersForm?: boolean;
  /** Addresses of what the operator chose; absent: ours. */
  readonly accentPath?: string | undefined;
  readonly logoPath?: string | undefined;
}

export const PageContext = createContext<PageValues>({ name: "Sharewell", words: wordsOf("en") });

export function usePageValues(): PageValues {
  return useContext(PageContext);
}
