/** One person in the list, with forms that change their role, block them or turn off their two-step sign-in. */

import type { Listed } from "../../../people/directory.ts";
import { breakable } from "../../frame/breakable.tsx";
import { Moment } from "../../frame/time.tsx";
import { T, useWords } from "../../frame/words.tsx";

interface PersonRowProps {
  readonly listed: Listed;
  readonly isYou: boolean;
  readonly zone: string | undefined;
}

export function PersonRow({ listed, isYou, zone }: PersonRowProps) {
  const { t } = useWords();
  const { id, email, name, role, hasSecondFactor, isProven, createdAt, blockedAt } = listed;
  const other = role === "operator" ? "person" : "operator";
  return (
    <li>
      <p class="badge-words">
        <strong>{name}</strong>
        <span>{breakable(email)}</span>
        <span class="quiet">
          {isYou ? `${t("You.")} ` : ""}
          {role === "operator" ? `${t("Operator.")} ` : ""}
          {hasSecondFactor ? `${t("Two-step sign-in is on.")} ` : ""}
          {isProven ? "" : `${t("Address not verified.")} `}
          <T moment={<Moment at={createdAt} zone={zone} />}>{"Here since {moment}"}</T>
        </span>
        {blockedAt !== undefined && (
          <span class="state bad">
            <T moment={<Moment at={blockedAt} zone={zone} />}>{"Blocked since {moment}"}</T>
          </span>
        )}
      </p>
      <div class="account-actions">
        <details class="confirm">
          <summary class="button small">
            {other === "operator" ? (
              <T>Make operator</T>
            ) : isYou ? (
              <T>Step down</T>
            ) : (
              <T>Remove operator role</T>
            )}
            <span class="unseen">{` ${name}`}</span>
          </summary>
          <form method="post" action={`/admin/people/${id}/role/`}>
            <p>
              {other === "operator"
                ? t("{name} will be able to see and change everything that you can here.", { name })
                : isYou
                  ? t("You will no longer see these pages. There must be another operator.")
                  : t("{name} will no longer see these pages.", { name })}
            </p>
            <input type="hidden" name="role" value={other} />
            <button class="button small" type="submit">
              {other === "operator" ? (
                <T>Yes, make operator</T>
              ) : isYou ? (
                <T>Yes, step down</T>
              ) : (
                <T>Yes, remove it</T>
              )}
            </button>
          </form>
        </details>
        {!isYou && hasSecondFactor && (
          <details class="confirm">
            <summary class="button small">
              <T>Turn off two-step sign-in</T>
              <span class="unseen">{` ${name}`}</span>
            </summary>
            <form method="post" action={`/admin/people/${id}/second-factor/`}>
              <p>
                {t("{name} will sign in with just a password. Do this only if they asked you themselves.", {
                  name,
                })}
              </p>
              <button class="button small danger" type="submit">
                <T>Yes, turn it off</T>
              </button>
            </form>
          </details>
        )}
        {!isYou && blockedAt === undefined && (
          <details class="confirm">
            <summary class="button small">
              <T>Block</T>
              <span class="unseen">{` ${name}`}</span>
            </summary>
            <form method="post" action={`/admin/people/${id}/block/`}>
              <p>
                {t(
                  "{name} is signed out everywhere and cannot sign in again. What they scheduled will not be shared.",
                  { name },
                )}
              </p>
              <button class="button small danger" type="submit">
                <T>Yes, block</T>
              </button>
            </form>
          </details>
        )}
        {blockedAt !== undefined && (
          <form method="post" action={`/admin/people/${id}/unblock/`}>
            <button class="button small" type="submit">
              <T>Unblock</T>
              <span class="unseen">{` ${name}`}</span>
            </button>
          </form>
        )}
      </div>
    </li>
  );
}
