/** The results of the account search, page by page. */
import { fragmentOnly } from "../../frame/fragment.ts";
import { T, useWords } from "../../frame/words.tsx";
import { FoundAccount } from "./found-account.tsx";
import type { Picker } from "./picker.ts";
import { writePage, writeSearch } from "./selection-fields.ts";

interface FoundAccountsProps {
  readonly picker: Picker;
  readonly findAt: string;
  readonly here: string;
  readonly zone: string | undefined;
}

export function FoundAccounts({ picker, findAt, here, zone }: FoundAccountsProps) {
  const { t } = useWords();
  const { find, found, foundInAll, pages, selection } = picker;
  if (found.length === 0)
    return (
      <p class="quiet" role="status">
        <T>No accounts match.</T>
      </p>
    );
  const all = writeSearch(find);
  return (
    <>
      {/* The list scrolls, so that it must be reachable by keyboard. */}
      <section class="found" tabindex={0} aria-label={t("Accounts found")}>
        <ul>
          <li id={`all-${all}`}>
            <label>
              <input
                type="checkbox"
                name="all"
                value={all}
                checked={selection.searches.some((search) => writeSearch(search) === all)}
                autocomplete="off"
              />
              <strong>
                {find.words === "" && find.platform === undefined
                  ? t("All {number, number} accounts", { number: foundInAll })
                  : t("All {number, plural, one {# account} other {# accounts}} found", {
                      number: foundInAll,
                    })}
              </strong>
            </label>
          </li>
          {found.map((one) => (
            <FoundAccount found={one} selection={selection} here={here} zone={zone} />
          ))}
        </ul>
      </section>
      <input type="hidden" name="page" value={writePage(find)} />
      {pages > 1 && (
        <p class="turning">
          {find.page > 1 && <Turn to={find.page - 1} findAt={findAt} label={t("Previous")} />}
          <span class="quiet">
            <T page={find.page} pages={pages}>
              {"Page {page, number} of {pages, number}"}
            </T>
          </span>
          {find.page < pages && <Turn to={find.page + 1} findAt={findAt} label={t("Next")} />}
        </p>
      )}
    </>
  );
}

/** Returns the htmx attributes for a button that reloads only the picker, and drops a request under way. */
export function replacePicker(findAt: string) {
  return {
    "hx-post": findAt,
    "hx-target": "#accounts",
    "hx-swap": "outerMorph",
    "hx-sync": "#accounts:replace",
    "hx-config": fragmentOnly,
  };
}

function Turn({ to, findAt, label }: { to: number; findAt: string; label: string }) {
  return (
    <button
      class="button small"
      type="submit"
      name="turn"
      value={String(to)}
      formaction={findAt}
      formnovalidate
      {...replacePicker(findAt)}
    >
      {label}
    </button>
  );
}
