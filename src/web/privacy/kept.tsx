/** How long the service keeps what it stores, by the operator's settings. */
import { DRAFT_DAYS } from "../../sharing/drafts/draft.ts";
import { T, useWords } from "../frame/words.tsx";

export interface Keeping {
  /** In days; undefined for as long as the account or the service exists. */
  readonly keepDays: {
    readonly shares: number | undefined;
    readonly attempts: number | undefined;
    readonly audit: number | undefined;
    readonly mail: number;
  };
  /** How many daily backups are kept; undefined where the service makes none. */
  readonly backups: number | undefined;
  readonly hasMail: boolean;
}

/** Lists the durations. */
export function Kept({ keepDays, backups, hasMail }: Keeping) {
  const { t } = useWords();
  const inDays = (days: number) => t("{days, plural, one {# day} other {# days}}", { days });
  const hasAttempts = keepDays.attempts !== undefined && keepDays.attempts !== keepDays.shares;
  return (
    <ul class="bullets">
      <li>
        <T>Your account and connected accounts: until you delete or disconnect them.</T>
      </li>
      <li>
        {keepDays.shares === undefined
          ? t("What you shared: as long as your account exists.")
          : t("What you shared: {time} after it was done.", { time: inDays(keepDays.shares) })}
      </li>
      <li>
        {t("Drafts: {time} after the last change, or a day after you delete them.", {
          time: inDays(DRAFT_DAYS),
        })}
      </li>
      {hasAttempts && (
        <li>
          {t("What networks answered to each attempt: {time}.", { time: inDays(keepDays.attempts ?? 0) })}
        </li>
      )}
      <li>
        {keepDays.audit === undefined
          ? t("The record of what was done: as long as this service exists.")
          : t("The record of what was done: {time}.", { time: inDays(keepDays.audit) })}
      </li>
      {hasMail && (
        <li>{t("That we sent you an email, without its text: {time}.", { time: inDays(keepDays.mail) })}</li>
      )}
      <li>
        <T>What we read of a page: a week. Pictures that a network fetches from us: a day.</T>
      </li>
      <li>
        <T>Pictures that you add: as long as a share or a draft has them, otherwise a month.</T>
      </li>
      {backups !== undefined && (
        <li>{t("Backups: what was deleted is still in them for {time}.", { time: inDays(backups) })}</li>
      )}
    </ul>
  );
}
