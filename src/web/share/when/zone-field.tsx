/** The field for a time zone. */
import { T } from "../../frame/words.tsx";

interface ZoneFieldProps {
  readonly zone: string;
  readonly isGuess: boolean;
  /** Building 400 options takes a quarter of the page's load time, so submit.js adds them once a time is picked. */
  readonly isFolded: boolean;
}

export function ZoneField({ zone, isGuess, isFolded }: ZoneFieldProps) {
  const field = (
    <label>
      <T>Time zone</T>
      <select name="zone" data-guess={isGuess ? "" : undefined}>
        {[...new Set([...zones(), zone])].map((name) => (
          <option value={name} selected={name === zone}>
            {name.replaceAll("_", " ")}
          </option>
        ))}
      </select>
    </label>
  );
  return isFolded ? <noscript>{field}</noscript> : field;
}

let names: readonly string[] | undefined;

function zones(): readonly string[] {
  names ??= ["UTC", ...Intl.supportedValuesOf("timeZone").filter((name) => name !== "UTC")];
  return names;
}
