/** Leads to the drafts from where shares begin and are found again. */
import { T } from "../frame/words.tsx";
import { DRAFTS } from "./drafts-path.ts";

/** Nothing where there are no drafts. */
export function DraftsLink({ number }: { readonly number: number }) {
  return number === 0 ? null : (
    <p>
      <a href={DRAFTS}>
        <T number={number}>{"{number, plural, one {# draft} other {# drafts}}"}</T>
      </a>
    </p>
  );
}
