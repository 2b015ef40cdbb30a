/** The part of the State page that tells how mail does. */
import type { MailState } from "../../operation/mail-state.ts";
import { Moment } from "../parts/time.tsx";
import { T, useWords } from "../parts/words.tsx";

interface MailProps {
  /** Undefined: this service sends no mail. */
  readonly mail: MailState | undefined;
  readonly zone: string | undefined;
}

export function Mail({ mail, zone }: MailProps) {
  return (
    <section class="card stack" aria-labelledby="mail">
      <h2 id="mail">
        <T>Mail</T>
      </h2>
      {mail === undefined ? (
        <p>
          <T>This service sends no mail: SOCIAL_MAIL_URL is not set.</T>
        </p>
      ) : (
        <MailFacts mail={mail} zone={zone} />
      )}
    </section>
  );
}

function MailFacts({ mail, zone }: { readonly mail: MailState; readonly zone: string | undefined }) {
  const { locale } = useWords();
  const { waiting, oldest, lastSentAt, lastFailure, isDown, refused } = mail;
  return (
    <>
      {isDown && (
        <p class="notice bad">
          <T>
            The mail server takes no letters at present. It is tried again by itself; letters wait as long as
            they are of use.
          </T>
        </p>
      )}
      <dl class="facts">
        <div>
          <dt>
            <T>Letters that wait</T>
          </dt>
          <dd>
            {waiting.toLocaleString(locale)}
            {oldest !== undefined && (
              <>
                {" "}
                <span class="quiet">
                  <T when={<Moment at={oldest} zone={zone} />}>{"The oldest since {when}"}</T>
                </span>
              </>
            )}
          </dd>
        </div>
        <div>
          <dt>
            <T>Last letter sent</T>
          </dt>
          <dd>{lastSentAt === undefined ? "–" : <Moment at={lastSentAt} zone={zone} />}</dd>
        </div>
        <div>
          <dt>
            <T>Last failure</T>
          </dt>
          <dd>
            {lastFailure === undefined ? (
              "–"
            ) : (
              <>
                <code>{lastFailure.code}</code> <Moment at={lastFailure.at} zone={zone} />
              </>
            )}
          </dd>
        </div>
        <div>
          <dt>
            <T>Refused for good in a day</T>
          </dt>
          <dd>{refused.toLocaleString(locale)}</dd>
        </div>
      </dl>
    </>
  );
}
