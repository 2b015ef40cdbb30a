/** The section of the State page about mail. The current problems say why mail cannot be sent. */
import type { MailState } from "../../../operation/trouble/mail-state.ts";
import { Moment } from "../../frame/time.tsx";
import { T, useWords } from "../../frame/words.tsx";

interface MailProps {
  /** Undefined if this service sends no mail. */
  readonly mail: MailState | undefined;
  readonly zone: string | undefined;
}

export function Mail({ mail, zone }: MailProps) {
  return (
    <section class="card stack" aria-labelledby="mail">
      <h2 id="mail">
        <T>Email</T>
      </h2>
      {mail === undefined ? (
        <p>
          <T>This service does not send email: SOCIAL_MAIL_URL is not set.</T>
        </p>
      ) : (
        <MailFacts mail={mail} zone={zone} />
      )}
    </section>
  );
}

function MailFacts({ mail, zone }: { readonly mail: MailState; readonly zone: string | undefined }) {
  const { locale } = useWords();
  const { waiting, oldest, lastSentAt, lastFailure, refused } = mail;
  return (
    <dl class="facts">
      <div>
        <dt>
          <T>Waiting to be sent</T>
        </dt>
        <dd>{waiting.toLocaleString(locale)}</dd>
      </div>
      {oldest !== undefined && (
        <div>
          <dt>
            <T>Waiting since</T>
          </dt>
          <dd>
            <Moment at={oldest} zone={zone} />
          </dd>
        </div>
      )}
      <div>
        <dt>
          <T>Last sent</T>
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
              <Moment at={lastFailure.at} zone={zone} /> <code>{lastFailure.code}</code>
            </>
          )}
        </dd>
      </div>
      <div>
        <dt>
          <T>Refused in the last day</T>
        </dt>
        <dd>{refused.toLocaleString(locale)}</dd>
      </div>
    </dl>
  );
}
