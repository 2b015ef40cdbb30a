/** Texts of pages in the reader's language. */
import type { Child } from "hono/jsx";
import type { Told, Words } from "../../words/words.ts";
import { usePageValues } from "./page-values.ts";

/** `<T>Share this page</T>`, or `<T when={<Moment … />}>{"For {when}."}</T>` with what stands in its braces. */
export function T({ children, ...values }: { children: string; [name: string]: Child }) {
  const { rich, t } = useWords();
  return <>{Object.keys(values).length === 0 ? t(children) : rich<Child>(children, values)}</>;
}

export function useWords(): Words {
  return usePageValues().words;
}

/** What was put into words elsewhere. */
export function Say({ told }: { told: Told }) {
  return <>{useWords().t(told)}</>;
}
