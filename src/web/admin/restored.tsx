/** What the operator is told once the database went back to an earlier moment, and of the daily backups. */
import type { LastBackup } from "../../operation/daily-backup.ts";
import type { LastRestoration } from "../../sharing/restored.ts";
import { say, type Told } from "../../words/words.ts";
import { Moment } from "../parts/time.tsx";
import { Say, T, useWords } from "../parts/words.tsx";

const seen: Readonly<Record<LastRestoration["sign"], Told>> = {
  copied: say("The database was restored from a backup, or copied."),
  promoted: say("Another database server took over."),
  older: say("The database went back to an earlier moment."),
  silent: say("Nothing ran here for minutes, or a snapshot was put back."),
  slept: say("This machine stood still for minutes, or a snapshot was put back."),
  "by-hand": say("You said that the database was put back to an earlier moment."),
};

interface RestoredProps {
  readonly restoration: LastRestoration;
  readonly zone: string | undefined;
}

/** For a week. */
export function RestoredNotice({ restoration, zone }: RestoredProps) {
  const { sign, noticedAt, since, open, unconfirmed, shares } = restoration;
  return (
    <div class="notice doubt">
      <p>
        <strong>
          <Say told={seen[sign]} />
        </strong>{" "}
        <T when={<Moment at={noticedAt} zone={zone} />}>{"Noticed {when}."}</T>{" "}
        {since !== null && (
          <T when={<Moment at={since} zone={zone} />}>{"What was done after {when} may be missing."}</T>
        )}
      </p>
      <p>
        <T shares={shares} open={open} unconfirmed={unconfirmed}>
          {
            "{shares, plural, =0 {No share was waiting.} one {# share was waiting and is looked for at its network before it is sent: {open, number} still being looked for, {unconfirmed, number} not confirmed.} other {# shares were waiting and are looked for at their networks before they are sent: {open, number} still being looked for, {unconfirmed, number} not confirmed.}} The tokens of all accounts are checked."
          }
        </T>
      </p>
    </div>
  );
}

interface BackupProps {
  readonly backup: LastBackup;
  readonly zone: string | undefined;
}

/** Nothing where none was ever asked for. */
export function BackupNotice({ backup: { madeAt, bytes, problem }, zone }: BackupProps) {
  const { locale } = useWords();
  if (madeAt === undefined && problem === undefined) return null;
  return (
    <p class={problem === undefined ? "quiet" : "notice bad"}>
      {problem !== undefined && (
        <>
          <T problem={problem}>{"The last daily backup failed: {problem}"}</T>{" "}
        </>
      )}
      {madeAt === undefined ? (
        <T>There is none yet.</T>
      ) : (
        <T
          when={<Moment at={madeAt} zone={zone} />}
          size={((bytes ?? 0) / 1_000_000).toLocaleString(locale, { maximumFractionDigits: 1 })}
        >
          {"The last backup is of {when} ({size} MB)."}
        </T>
      )}
    </p>
  );
}
