/** The people who deleted their account, while we end our access to their accounts at the networks. */
import type { Departure } from "../../../connections/grants/leave.ts";
import { Moment } from "../../frame/time.tsx";
import { T, useWords } from "../../frame/words.tsx";

interface DeparturesProps {
  readonly departures: readonly Departure[];
  readonly zone: string | undefined;
}

/** Shows no names: they are deleted. */
export function Departures({ departures, zone }: DeparturesProps) {
  const { t } = useWords();
  if (departures.length === 0) return null;
  return (
    <section class="card stack" aria-labelledby="departures">
      <h2 id="departures">
        <T>Leaving</T>
      </h2>
      <p class="quiet">
        <T>These people have left. We are still ending our access to their accounts.</T>
      </p>
      <ul class="rows">
        {departures.map(({ since, total, ended }) => (
          <li>
            <p>
              <strong>
                {t("Our access to {ended, number} of {total, number} accounts has ended.", { ended, total })}
              </strong>
              <span class="quiet">
                <T moment={<Moment at={since} zone={zone} />}>{"Left {moment}"}</T>
              </span>
            </p>
          </li>
        ))}
      </ul>
    </section>
  );
}
