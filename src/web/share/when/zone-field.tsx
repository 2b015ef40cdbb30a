/** The field for a time zone. */
import { T } from "../../frame/words.tsx";

interface ZoneFieldProps {
  readonly zone: string;
  readonly isGuess: boolean;
  /** The list would be a tenth of the page: submit.js makes it from the browser's own once a time is picked. Without a script, the zone is typed. */
  readonly isFolded: boolean;
}

export function ZoneField({ zone, isGuess, isFolded }: ZoneFieldProps) {
  const guess = isGuess ? "" : undefined;
  if (isFolded)
    return (
      <label>
        <T>Time zone</T>
        <input
          type="text"
          name="zone"
          value={zone}
          autocomplete="off"
          dir="ltr"
          data-guess={guess}
          data-zones
        />
      </label>
    );
  return (
    <label>
      <T>Time zone</T>
      <select name="zone" data-guess={guess}>
        {[...new Set([...zones(), zone])].map((name) => (
          <option value={name} selected={name === zone}>
            {name.replaceAll("_", " ")}
          </option>
        ))}
      </select>
    </label>
  );
}

let names: readonly string[] | undefined;

function zones(): readonly string[] {
  names ??= ["UTC", ...Intl.supportedValuesOf("timeZone").filter((name) => name !== "UTC")];
  return names;
}
