/** The invitations on the People page. */

import { INVITATION_DAYS } from "../../../people/mail/sign-up-letters.ts";
import type { Invitation, OpenInvitation } from "../../../people/sign-up/invitations.ts";
import { breakable } from "../../frame/breakable.tsx";
import { CopyButton } from "../../frame/copy-button.tsx";
import { Sign } from "../../frame/icons.tsx";
import { Moment } from "../../frame/time.tsx";
import { T, useWords } from "../../frame/words.tsx";

/** A new invitation with its link, which is shown only once. */
export function NewInvitation({ email, link, mailed }: Invitation & { email: string }) {
  const { t } = useWords();
  return (
    <section class="banner good" role="status">
      <p>
        {mailed
          ? t("We sent the invitation to {mail}. If it does not arrive, give them this link.", {
              mail: email,
            })
          : t("This service does not send email. Give this link to {mail} yourself.", { mail: email })}{" "}
        {t("The link works once, expires in {days} days and is shown only now.", { days: INVITATION_DAYS })}
      </p>
      <div class="copyable">
        <label>
          <T>Link</T>
          <input type="text" value={link} readonly />
        </label>
        <CopyButton text={link} what={t("Link")} />
      </div>
    </section>
  );
}

export function OpenInvitations({
  open,
  zone,
}: {
  open: readonly OpenInvitation[];
  zone: string | undefined;
}) {
  return (
    <section class="card stack" aria-labelledby="invitations">
      <h2 id="invitations">
        <T>Open invitations</T>
      </h2>
      <ul class="rows">
        {open.map(({ id, email, expiresAt, refusal }) => (
          <li>
            <p>
              <strong>{breakable(email)}</strong>
              <span class="quiet">
                <T when={<Moment at={expiresAt} zone={zone} />}>{"Until {when}"}</T>
              </span>
              {refusal !== undefined && (
                <span class="state bad">
                  <Sign name="alert" />
                  <T code={refusal}>
                    {
                      "The mail server refused this invitation ({code}). Invite them again and give them the link yourself."
                    }
                  </T>
                </span>
              )}
            </p>
            <form method="post" action={`/admin/people/invitations/${id}/end/`}>
              <button class="button small" type="submit">
                <T>Revoke</T>
                <span class="unseen">{` ${email}`}</span>
              </button>
            </form>
          </li>
        ))}
      </ul>
    </section>
  );
}
