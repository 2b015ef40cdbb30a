/** What is wrong at the moment, with advice. */
import type { WrongNow } from "../../../operation/trouble/wrong-now.ts";
import { say } from "../../../words/words.ts";
import { Moment } from "../../frame/time.tsx";
import { Say, T } from "../../frame/words.tsx";
import { VerdictLine } from "../verdict.tsx";

export function CurrentProblems({ wrong, zone }: { wrong: readonly WrongNow[]; zone: string | undefined }) {
  return (
    <section class="stack" aria-labelledby="now">
      <h2 id="now">
        <T>Now</T>
      </h2>
      <ul class="checks card">
        {wrong.length === 0 && (
          <li>
            <VerdictLine verdict="good" words={say("Nothing is wrong")} />
          </li>
        )}
        {wrong.map(({ id, verdict, what, advice, since }) => (
          <li id={`wrong-${id}`}>
            <VerdictLine verdict={verdict} words={what} />
            <div>
              <p>
                <Say told={advice} />
              </p>
              {since !== undefined && (
                <p class="quiet">
                  <T when={<Moment at={since} zone={zone} />}>{"Since {when}"}</T>
                </p>
              )}
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}
