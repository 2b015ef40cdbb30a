/** What was chosen for a post, above its text in the preview. */
import type { OptionValues, PlatformName, PostOption } from "../../../platforms/platform.ts";
import { aboutPlatform } from "../../../platforms/registry.ts";
import type { Words } from "../../../words/words.ts";
import { Say, useWords } from "../../frame/words.tsx";

interface ChosenOptionsProps {
  readonly platform: PlatformName;
  readonly values: OptionValues;
}

export function ChosenOptions({ platform, values }: ChosenOptionsProps) {
  const words = useWords();
  const { options = [] } = aboutPlatform(platform);
  const chosen = options.filter(({ name }) => values[name] !== undefined);
  if (chosen.length === 0) return null;
  return (
    <ul class="chosen-options">
      {chosen.map((option) => (
        <li dir="auto">
          {option.kind === "switch" ? (
            <Say told={option.label} />
          ) : (
            words.t("{option}: {value}", {
              option: words.t(option.label),
              value: tellValue(option, values[option.name], words),
            })
          )}
        </li>
      ))}
    </ul>
  );
}

function tellValue(option: PostOption, value: string | boolean | undefined, { t, locale }: Words): string {
  const written = String(value);
  if (option.kind === "language")
    return new Intl.DisplayNames(locale, { type: "language" }).of(written) ?? written;
  const named = option.kind === "choice" ? option.values.find((one) => one.value === written) : undefined;
  return named === undefined ? written : t(named.label);
}
