/**
 * The picker for many accounts: the chosen ones and groups first, then a search that adds more. Each step posts the whole
 * form around it, so that nothing is lost; the answer is the whole page, or the picker alone for htmx.
 */

import type { Settings } from "../../../operation/setting-shapes.ts";
import { platformNames } from "../../../platforms/platform.ts";
import { aboutPlatform } from "../../../platforms/registry.ts";
import type { EarlierChoice } from "../../../sharing/requests/submit.ts";
import type { Told } from "../../../words/words.ts";
import { fragmentOnly } from "../../frame/fragment.ts";
import { MarkSymbols, Sign } from "../../frame/icons.tsx";
import { Say, T, useWords } from "../../frame/words.tsx";
import { tellShare } from "../send-bar.tsx";
import { AccountPicks } from "./account-picks.tsx";
import { FoundAccounts, replacePicker } from "./found-accounts.tsx";
import type { Picker } from "./picker.ts";
import { Price } from "./price-note.tsx";

export interface AccountPickerProps {
  readonly picker: Picker;
  readonly legend: Told;
  /** The path that the form is posted to for a search. */
  readonly findAt: string;
  /** The path of this page, to return to after reconnecting. */
  readonly here: string;
  /** The label for all accounts of an earlier request. */
  readonly requestLabel: Told;
  readonly zone: string | undefined;
  readonly earlier?: EarlierChoice | undefined;
  /** What networks charge the operator for a post with a link, where the operator entered it. */
  readonly prices?: (Settings["postPrices"] & object) | undefined;
  /** Problems of the submitted form, one for accounts with the same problem. */
  readonly problems?: readonly Told[];
}

/** Renders the picker as a field set of the surrounding form. */
export function AccountPicker(props: AccountPickerProps) {
  const { picker, legend, findAt, prices = {}, problems = [] } = props;
  const { t } = useWords();
  const all = picker.networks.reduce((sum, { accounts }) => sum + accounts, 0);
  const priced = picker.networks.filter(({ platform }) => prices[platform] !== undefined);
  return (
    <fieldset
      class="choice picker"
      id="accounts"
      data-share={tellShare(picker.chosen, t)}
      hx-post={findAt}
      hx-trigger="input delay:250ms"
      hx-sync="this:replace"
      hx-swap="outerMorph"
      hx-config={fragmentOnly}
    >
      <legend class="unseen">
        <Say told={legend} />
      </legend>
      <MarkSymbols platforms={picker.networks.map(({ platform }) => platform)} />
      <p class="chosen" role="status">
        {t(
          "{chosen, plural, =0 {No account is chosen} one {# account is chosen} other {# accounts are chosen}} of {all, number}.",
          { chosen: picker.chosen, all },
        )}
      </p>
      {problems.map((problem) => (
        <p class="note bad">
          <Sign name="alert" />
          <Say told={problem} />
        </p>
      ))}
      <AccountPicks {...props} />
      {picker.earlier > 0 && <Earlier accounts={picker.earlier} choice={props.earlier ?? "ask"} />}
      {priced.map(({ platform }) => (
        <Price platform={platform} price={prices[platform]} />
      ))}
      <details class="more finding" open={picker.chosen === 0 || isSearched(picker)}>
        <summary>
          <T>Choose accounts one by one</T>
        </summary>
        <FindForm picker={picker} findAt={findAt} />
        <FoundAccounts picker={picker} findAt={findAt} here={props.here} zone={props.zone} />
      </details>
    </fieldset>
  );
}

function isSearched({ find }: Picker): boolean {
  return find.words !== "" || find.platform !== undefined || find.page > 1;
}

/** Its button is the form's first, so that Enter searches and never shares by mistake. */
function FindForm({ picker, findAt }: Pick<AccountPickerProps, "picker" | "findAt">) {
  const { find, networks } = picker;
  const used = platformNames.filter((name) => networks.some(({ platform }) => platform === name));
  return (
    <div class="find">
      <label>
        <T>Find accounts</T>
        <input
          type="search"
          id="find"
          name="find"
          value={find.words}
          maxlength={100}
          autocomplete="off"
          placeholder={useWords().t("Name or handle")}
        />
      </label>
      <label>
        <T>Network</T>
        <select name="network">
          <option value="">
            <T>All</T>
          </option>
          {used.map((name) => (
            <option value={name} selected={find.platform === name}>
              {aboutPlatform(name).label}
            </option>
          ))}
        </select>
      </label>
      <button class="button" type="submit" formaction={findAt} formnovalidate {...replacePicker(findAt)}>
        <T>Find</T>
      </button>
    </div>
  );
}

function Earlier({ accounts, choice }: { accounts: number; choice: EarlierChoice }) {
  return (
    <fieldset class="earlier">
      <legend>
        <T accounts={accounts}>
          {
            "This page was shared to {accounts, plural, one {one of these accounts} other {# of these accounts}} before."
          }
        </T>
      </legend>
      <label>
        <input type="radio" name="earlier" value="leave-out" checked={choice === "leave-out"} />
        <T>Leave them out</T>
      </label>
      <label>
        <input type="radio" name="earlier" value="repeat" checked={choice === "repeat"} />
        <T>Share there again</T>
      </label>
    </fieldset>
  );
}
