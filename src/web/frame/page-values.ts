/** The values that every page hands down to its components: the service's name and branding, and the reader's language. */
import { createContext, useContext } from "hono/jsx";
import type { Look } from "../../operation/app-icons.ts";
import { type Words, wordsOf } from "../../words/words.ts";

export interface PageValues {
  /** The service's name, which the operator may change. */
  readonly name: string;
  /** The translator for the reader's language. */
  readonly words: Words;
  /** The page answers a POST, so that a reload would send the form again. */
  readonly answersForm?: boolean;
  /** The browser has not told its time zone yet. */
  readonly asksZone?: boolean;
  /** Paths of the operator's colour and logo; absent for our own. */
  readonly accentPath?: string | undefined;
  readonly logoPath?: string | undefined;
  /** The operator's colour and logo; absent for our own. */
  readonly look?: Look;
}

/** Hands the values down. The default is for components rendered outside a page. */
export const PageContext = createContext<PageValues>({ name: "Sharewell", words: wordsOf("en") });

/** Returns the values of the page around a component. */
export function usePageValues(): PageValues {
  return useContext(PageContext);
}
