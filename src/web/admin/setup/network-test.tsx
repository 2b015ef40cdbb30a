/** The form that tests the app registered at a network, and its result. */
import type { PlatformName } from "../../../platforms/platform.ts";
import { aboutPlatform, type TestedApp } from "../../../platforms/registry.ts";
import { say } from "../../../words/words.ts";
import { T, useWords } from "../../frame/words.tsx";
import { VerdictLine } from "../verdict.tsx";

export function NetworkTest({ name, tested }: { name: PlatformName; tested: readonly TestedApp[] }) {
  const { t } = useWords();
  const { label, server } = aboutPlatform(name);
  return (
    <section class="card stack" id="test" aria-labelledby="test-heading">
      <h2 id="test-heading">
        <T>Test</T>
      </h2>
      <p class="quiet">
        {server === undefined ? (
          t("Asks {network} whether it knows your app. Nothing is posted and no account is touched.", {
            network: label,
          })
        ) : (
          <T>Asks a server whether people can connect there. Nothing is posted.</T>
        )}
      </p>
      <form class="form in-line" method="post" action={`/admin/setup/${name}/test/#test`}>
        {server !== undefined && (
          <label>
            <T>Server</T>
            <input type="text" name="server" placeholder={server.placeholder} maxlength={300} required />
          </label>
        )}
        <button class="button primary" type="submit">
          <T>Test</T>
        </button>
      </form>
      {tested.length > 0 && (
        <ul class="tested" role="status">
          {tested.map(({ way, verdict, words }) => (
            <li>
              <VerdictLine
                verdict={verdict}
                words={way === undefined ? words : say("{way}: {words}", { way: t(way), words: t(words) })}
              />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
