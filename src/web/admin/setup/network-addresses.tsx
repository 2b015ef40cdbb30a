/** The addresses that the operator enters at the network. */
import type { Check } from "../../../operation/checks/check.ts";
import type { PlatformName } from "../../../platforms/platform.ts";
import { aboutPlatform } from "../../../platforms/registry.ts";
import { say } from "../../../words/words.ts";
import { CopyButton } from "../../frame/copy-button.tsx";
import { T, useWords } from "../../frame/words.tsx";

interface AddressesProps {
  readonly redirectAddress: string;
  readonly privacyAddress: string;
  readonly check: Check;
  readonly name: PlatformName;
}

export function Addresses({ redirectAddress, privacyAddress, check, name }: AddressesProps) {
  const { t } = useWords();
  const addresses = [
    [say("Redirect address"), redirectAddress],
    ...(aboutPlatform(name).callsAboutOwners
      ? [
          [say("Deauthorize callback"), new URL("deauthorize/", redirectAddress).href],
          [say("Data deletion callback"), new URL("delete/", redirectAddress).href],
        ]
      : []),
    [say("Privacy policy"), privacyAddress],
  ] as const;
  return (
    <section class="card stack" aria-labelledby="addresses">
      <h2 id="addresses">
        <T>Addresses to paste there</T>
      </h2>
      {addresses.map(([label = "", address = ""]) => (
        <div class="copyable">
          <label>
            {t(label)}
            <input type="text" value={address} readonly />
          </label>
          <CopyButton text={address} what={t(label)} />
        </div>
      ))}
      {check.verdict !== "good" && (
        <p class={`note ${check.verdict === "bad" ? "bad" : "doubt"}`}>{t(check.words)}</p>
      )}
    </section>
  );
}
