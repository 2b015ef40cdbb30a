/** The folded part of a form with the options of its posts: who can see or answer them, a warning, the language. */

import { aboutPlatform } from "../../../platforms/registry.ts";
import { breakable } from "../../frame/breakable.tsx";
import { PlatformMark } from "../../frame/icons.tsx";
import { T } from "../../frame/words.tsx";
import type { Draft } from "../share-draft.tsx";
import { OptionInput } from "./option-input.tsx";
import type { OptionChoice, OptionSet } from "./option-sets.ts";

interface OptionsPartProps {
  readonly sets: readonly OptionSet[];
  readonly draft: Draft;
  /** Where the form is posted to for sets of single accounts. */
  readonly findAt: string;
}

export function OptionsPart({ sets, draft, findAt }: OptionsPartProps) {
  if (sets.length === 0) return null;
  const asked = sets.find(({ platform }) => platform === draft.apart)?.choices[0];
  const focusOn = sets.flatMap(({ choices }) => choices).find((choice) => choice.isRefused) ?? asked;
  const isOpen = draft.apart !== undefined || sets.some(({ choices }) => choices.some(isWorthSeeing));
  return (
    <details class="more post-options" id="post-options" open={isOpen}>
      <summary>
        <T>Options</T>
      </summary>
      {sets.map((set) => (
        <fieldset class="option-set" data-accounts={set.accounts.join(" ") || undefined}>
          <legend>
            <span class="own-name">
              <PlatformMark platform={set.platform} />
              {breakable(tellSet(set))}
            </span>
          </legend>
          <div class="option-fields">
            {set.choices.map((choice) => (
              <OptionInput
                of={set.of}
                choice={choice}
                keepsLast={set.keepsLast === true}
                isFocused={choice === focusOn}
              />
            ))}
          </div>
          {set.accounts.length > 1 && (
            <button
              class="button small"
              type="submit"
              name="apart"
              value={set.platform}
              formaction={findAt}
              formnovalidate
            >
              <T>Choose for each account</T>
            </button>
          )}
        </fieldset>
      ))}
    </details>
  );
}

function tellSet({ platform, handle }: OptionSet): string {
  const { label } = aboutPlatform(platform);
  return handle === undefined ? label : `${label}, ${handle}`;
}

/** What was chosen, now or last time, is seen without unfolding anything. */
function isWorthSeeing({ option, value, isRefused, isGuessed }: OptionChoice): boolean {
  if (isRefused) return true;
  if (isGuessed || value === "" || value === false) return false;
  return option.kind !== "choice" || value !== option.values[0].value;
}
