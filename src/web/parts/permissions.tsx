/** What a network lets us do for an account, and what of it is missing. */
import type { Connection } from "../../connections/connection.ts";
import { aboutPlatform } from "../../platforms/registry.ts";
import { Sign } from "./icons.tsx";

export function Permissions({ connection }: { connection: Connection }) {
  const { permissions, label } = aboutPlatform(connection.platform);
  const told = permissions.map(({ scopes, why }) => ({
    ...{ scopes, why },
    isGiven: scopes.some((scope) => connection.scopes.includes(scope)),
  }));
  const missing = told.filter(({ isGiven }) => !isGiven);
  return (
    <details class="more permissions">
      <summary>
        {missing.length === 0
          ? "What we may do there"
          : missing.length === 1
            ? "One permission is missing"
            : `${missing.length} permissions are missing`}
        <span class="unseen">{`, ${connection.account.displayName} on ${label}`}</span>
      </summary>
      <ul>
        {told.map(({ scopes, why, isGiven }) => (
          <li class={isGiven ? "given" : "missing"}>
            <Sign name={isGiven ? "check" : "cross"} />
            <span>
              {isGiven ? why : `Not: ${why}`} <code>{scopes[0]}</code>
            </span>
          </li>
        ))}
      </ul>
      {missing.length > 0 && <p class="quiet">Reconnect and leave everything ticked to give it.</p>}
    </details>
  );
}
