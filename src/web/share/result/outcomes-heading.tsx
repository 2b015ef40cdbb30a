/** The state of a request at a glance. Where it has many shares, each number links to the shares that it counts. */
import type { RequestSummary } from "../../../sharing/record/request-shares.ts";
import { type Standing, standings, type Tally } from "../../../sharing/record/tally.ts";
import type { Told } from "../../../words/words.ts";
import { formatMoment } from "../../frame/time.tsx";
import { Say, T, useWords } from "../../frame/words.tsx";
import { summarise, tellCount } from "./request-summary.ts";
import { type ResultFields, resultPath } from "./result-fields.ts";
import { FEW } from "./shown-shares.ts";

interface OutcomesHeadingProps {
  readonly request: RequestSummary;
  readonly fields: ResultFields;
  readonly zone: string | undefined;
}

export function OutcomesHeading({ request, fields, zone }: OutcomesHeadingProps) {
  const words = useWords();
  const { tally } = request;
  const due = request.scheduledAt && formatMoment(words, request.scheduledAt, zone);
  const { heading, summary } = summarise(tally, due);
  const isMany = tally.total > FEW;
  return (
    <div id="outcomes-heading">
      <h1>
        <Say told={heading} />
      </h1>
      <p class="quiet">
        <Say told={summary} />
      </p>
      {isMany && (
        <ul class="standings">
          <StandingLink request={request} fields={fields} standing={undefined} />
          {standings
            .filter((standing) => tally.counts[standing] > 0)
            .map((standing) => (
              <StandingLink request={request} fields={fields} standing={standing} />
            ))}
        </ul>
      )}
      <Announcement tally={tally} outcome={summary} />
    </div>
  );
}

interface StandingLinkProps {
  readonly request: RequestSummary;
  readonly fields: ResultFields;
  /** Undefined for all shares. */
  readonly standing: Standing | undefined;
}

function StandingLink({ request: { id, tally }, fields, standing }: StandingLinkProps) {
  const { platform, account } = fields;
  const isHere = fields.standing === standing;
  return (
    <li>
      <a
        class={standing === "trouble" ? "chip doubt" : "chip"}
        href={resultPath(id, { platform, account, standing })}
        aria-current={isHere ? "true" : undefined}
      >
        {standing === undefined ? (
          <T number={tally.total}>{"All {number, number}"}</T>
        ) : (
          <Say told={tellCount(standing, tally.counts[standing])} />
        )}
      </a>
    </li>
  );
}

/** What screen readers announce: where there are many shares every ten percent, and once the outcome. */
function Announcement({ tally, outcome }: { tally: Tally; outcome: Told }) {
  const { t, locale } = useWords();
  const open = tally.counts.open + tally.counts.scheduled + tally.leaving;
  const tenths = Math.floor(((tally.total - open) / tally.total) * 10);
  const part = (tenths / 10).toLocaleString(locale, { style: "percent" });
  return (
    <p class="unseen" role="status">
      {open === 0 ? t(outcome) : tally.total > FEW ? t("{part} done", { part }) : ""}
    </p>
  );
}
