/** The settings of a network, and which of them are missing. */
import type { SettingState } from "../../../platforms/registry.ts";
import { say } from "../../../words/words.ts";
import { T } from "../../frame/words.tsx";
import { VerdictLine } from "../verdict.tsx";

/** Overrides a network's address, to run against a simulated network. */
const isOrigin = ({ name }: SettingState) => name.endsWith("_ORIGIN");

export function SettingsTable({ settings }: { settings: readonly SettingState[] }) {
  const shown = settings.filter((setting) => !isOrigin(setting) || setting.isSet);
  return (
    <section class="card stack" aria-labelledby="settings">
      <h2 id="settings">
        <T>Settings</T>
      </h2>
      <p class="quiet">
        <T file={<code>.env</code>}>
          {
            "Set these in the environment of the service, for example in {file}. Restart the service after a change."
          }
        </T>
      </p>
      <ul class="rows">
        {shown.map(({ name, isSet, isNeeded }) => (
          <li>
            <code>{name}</code>
            {isSet ? (
              <VerdictLine verdict="good" words={say("Set")} />
            ) : isNeeded ? (
              <VerdictLine verdict="bad" words={say("Missing")} />
            ) : (
              <p class="quiet">
                <T>Not set (optional)</T>
              </p>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
