/** The invitations on the page of people. */

import { INVITATION_DAYS } from "../../people/mail/sign-up-letters.ts";
import type { Invitation, OpenInvitation } from "../../people/sign-up/invitations.ts";
import { CopyButton } from "../frame/copy-button.tsx";
import { Sign } from "../frame/icons.tsx";
import { Moment } from "../frame/time.tsx";
import { T, useWords } from "../frame/words.tsx";

/** Right after it was made: its link is shown only now. */
export function Invited({ email, link, mailed }: Invitation & { email: string }) {
  const { t } = useWords();
  return (
    <section class="banner good" role="status">
      <p>
        {mailed
          ? t("The invitation to {mail} is on its way. If it does not arrive, give them this link.", {
              mail: email,
            })
          : t("Give this link to {mail}: this service sends no mail.", { mail: email })}{" "}
        {t("The link works once, for {days} days, and is shown only now.", { days: INVITATION_DAYS })}
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
              <strong>{email}</strong>
              <span class="quiet">
                <T when={<Moment at={expiresAt} zone={zone} />}>{"Until {when}"}</T>
              </span>
              {refusal !== undefined && (
                <span class="state bad">
                  <Sign name="alert" />
                  <T code={refusal}>
                    {
                      "The mail server refused this invitation ({code}). Invite again, and hand over the link yourself."
                    }
                  </T>
                </span>
              )}
            </p>
            <form method="post" action={`/admin/people/invitations/${id}/end/`}>
              <button class="button small" type="submit">
                <T>Take back</T>
                <span class="unseen">{` ${email}`}</span>
              </button>
            </form>
          </li>
        ))}
      </ul>
    </section>
  );
}
