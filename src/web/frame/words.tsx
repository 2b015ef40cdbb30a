/** Components that show texts in the reader's language. */

import type { Child } from "hono/jsx";
import type { Told, Words } from "../../words/words.ts";
import { breakable } from "./breakable.tsx";
import { usePageValues } from "./page-values.ts";

/** Translates its text: `<T>Share this page</T>`, or `<T when={<Moment … />}>{"For {when}."}</T>` with values. */
export function T({ children, ...values }: { children: string; [name: string]: Child }) {
  const { rich, t } = useWords();
  return <>{Object.keys(values).length === 0 ? t(children) : rich<Child>(children, breakableIn(values))}</>;
}

function breakableIn(values: Readonly<Record<string, Child>>): Record<string, Child> {
  const broken = Object.entries(values).map(
    ([name, value]) => [name, typeof value === "string" ? breakable(value) : value] as const,
  );
  return Object.fromEntries(broken);
}

/** Returns the translator for the reader's language. Only for components. */
export function useWords(): Words {
  return usePageValues().words;
}

/** Shows a text that was made where the reader's language was not known. */
export function Say({ told }: { told: Told }) {
  return <>{breakable(useWords().t(told))}</>;
}
