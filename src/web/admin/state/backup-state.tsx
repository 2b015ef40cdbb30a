/** The section of the State page about daily backups. */
import type { LastBackup } from "../../../operation/backup/daily-backup.ts";
import { Moment } from "../../frame/time.tsx";
import { T, useWords } from "../../frame/words.tsx";

interface BackupProps {
  readonly backup: LastBackup;
  readonly zone: string | undefined;
}

/** Shows nothing if no daily backup was ever attempted. The current problems say why the last one failed. */
export function Backup({ backup: { madeAt, bytes, problem }, zone }: BackupProps) {
  const { locale } = useWords();
  if (madeAt === undefined && problem === undefined) return null;
  return (
    <section class="card stack" aria-labelledby="backup">
      <h2 id="backup">
        <T>Backup</T>
      </h2>
      {madeAt === undefined ? (
        <p>
          <T>There is no daily backup yet.</T>
        </p>
      ) : (
        <dl class="facts">
          <div>
            <dt>
              <T>Last backup</T>
            </dt>
            <dd>
              <Moment at={madeAt} zone={zone} />
            </dd>
          </div>
          <div>
            <dt>
              <T>Size</T>
            </dt>
            <dd>
              {((bytes ?? 0) / 1_000_000).toLocaleString(locale, {
                style: "unit",
                unit: "megabyte",
                maximumFractionDigits: 1,
              })}
            </dd>
          </div>
        </dl>
      )}
    </section>
  );
}
