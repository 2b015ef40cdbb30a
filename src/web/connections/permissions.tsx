/** The permissions that an account's network gave us, and those that are missing. */
import type { Connection } from "../../connections/connection.ts";
import { aboutPlatform } from "../../platforms/registry.ts";
import { tellAccount } from "../frame/account-badge.tsx";
import { Sign } from "../frame/icons.tsx";
import { T, useWords } from "../frame/words.tsx";

export function Permissions({ connection }: { connection: Connection }) {
  const { t } = useWords();
  const { permissions } = aboutPlatform(connection.platform);
  const listed = permissions.map(({ scopes, why }) => ({
    ...{ scopes, why },
    isGiven: scopes.some((scope) => connection.scopes.includes(scope)),
  }));
  const missing = listed.filter(({ isGiven }) => !isGiven);
  return (
    <details class="more permissions">
      <summary>
        {missing.length === 0 ? (
          <T>What we may do there</T>
        ) : (
          t("{number, plural, one {One permission is missing} other {# permissions are missing}}", {
            number: missing.length,
          })
        )}
        <span class="unseen">{`, ${tellAccount(connection, t)}`}</span>
      </summary>
      <ul>
        {listed.map(({ scopes, why, isGiven }) => (
          <li class={isGiven ? "given" : "missing"}>
            <Sign name={isGiven ? "check" : "cross"} />
            <span>
              {isGiven ? t(why) : t("Not allowed: {why}", { why: t(why) })} <code>{scopes[0]}</code>
            </span>
          </li>
        ))}
      </ul>
      {missing.length > 0 && (
        <p class="quiet">
          <T>To allow everything, reconnect the account and leave everything ticked.</T>
        </p>
      )}
    </details>
  );
}
