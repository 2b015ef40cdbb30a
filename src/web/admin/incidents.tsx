/** Recent refusals and failures of networks. */
import type { Incident } from "../../operation/incidents.ts";
import { aboutPlatform } from "../../platforms/registry.ts";
import { Moment } from "../frame/time.tsx";
import { T, useWords } from "../frame/words.tsx";

/** A list of incidents, with what happened, when, and who must act. */
export function Incidents({ incidents, zone }: { incidents: readonly Incident[]; zone: string | undefined }) {
  const { t } = useWords();
  return (
    <section class="card stack" aria-labelledby="incidents">
      <h2 id="incidents">
        <T>Recent problems</T>
      </h2>
      <ul class="rows">
        {incidents.map(({ platform, doing, at, code, problem, httpStatus, isOurs }) => (
          <li>
            <p>
              <strong>
                {t(
                  "{network}, {doing, select, connecting {connecting an account} other {sharing}}{whose, select, ours {: yours to fix} other {}}",
                  { network: aboutPlatform(platform).label, doing, whose: isOurs ? "ours" : "theirs" },
                )}
              </strong>
              <span>{t(problem ?? code)}</span>
              <span class="quiet">
                <Moment at={at} zone={zone} />{" "}
                <code>{httpStatus === undefined ? code : `HTTP ${httpStatus}, ${code}`}</code>
              </span>
            </p>
          </li>
        ))}
      </ul>
    </section>
  );
}
