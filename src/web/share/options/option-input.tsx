/** One option of a post as a form field, rendered from the network's description alone. */
import { Sign } from "../../frame/icons.tsx";
import { Say, T, useWords } from "../../frame/words.tsx";
import { optionField } from "./option-fields.ts";
import type { OptionChoice } from "./option-sets.ts";
import { AS_ON_THE_PAGE } from "./page-language.ts";
import { listLanguages } from "./post-languages.ts";

interface OptionInputProps {
  readonly of: string;
  readonly choice: OptionChoice;
  readonly keepsLast: boolean;
  readonly isFocused: boolean;
}

export function OptionInput({ of, choice, keepsLast, isFocused }: OptionInputProps) {
  const { option, value, isRefused, isGuessed } = choice;
  const id = optionField(of, option.name);
  const hint = `${id}-hint`;
  const field = {
    ...({ id, name: id, autofocus: isFocused, "aria-invalid": isRefused ? "true" : undefined } as const),
    "aria-describedby": isRefused || isGuessed || option.hint !== undefined ? hint : undefined,
  };
  return (
    <div class="option">
      {option.kind === "switch" ? (
        <label class="option-switch" for={id}>
          <input type="hidden" name={id} value="" />
          <input type="checkbox" {...field} value="on" checked={value === true || value === "on"} />
          <Say told={option.label} />
        </label>
      ) : (
        <label for={id}>
          <Say told={option.label} />
          {option.kind === "text" ? (
            <input type="text" dir="auto" {...field} value={String(value)} maxlength={option.longest} />
          ) : option.kind === "choice" ? (
            <select {...field}>
              {keepsLast && option.isKept && (
                <option value="" selected={value === ""}>
                  <T>As before</T>
                </option>
              )}
              {option.values.map((one) => (
                <option value={one.value} selected={one.value === value}>
                  {useWords().t(one.label)}
                </option>
              ))}
            </select>
          ) : (
            <LanguageSelect field={field} value={value} />
          )}
        </label>
      )}
      {isRefused ? (
        <p class="note bad" id={hint}>
          <Sign name="alert" />
          <T>This value cannot be used. Choose another one.</T>
        </p>
      ) : isGuessed ? (
        <p class="note quiet" id={hint}>
          <T>Taken from the page.</T>
        </p>
      ) : (
        option.hint !== undefined && (
          <p class="note quiet" id={hint}>
            <Say told={option.hint} />
          </p>
        )
      )}
    </div>
  );
}

function LanguageSelect({ field, value }: { field: object; value: string | boolean }) {
  const { locale } = useWords();
  return (
    <select {...field}>
      <option value="">
        <T>As set in the account</T>
      </option>
      {value === AS_ON_THE_PAGE && (
        <option value={value} selected>
          <T>As on the page</T>
        </option>
      )}
      {listLanguages(locale).map(({ code, name }) => (
        <option value={code} selected={code === value}>
          {name}
        </option>
      ))}
    </select>
  );
}
