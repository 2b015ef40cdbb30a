/** How all shares of a request stand, at a glance; the numbers of many lead to the shares that they count. */
import type { RequestSummary } from "../../../sharing/record/request-shares.ts";
import { type Counts, type Standing, standings, type Tally } from "../../../sharing/record/tally.ts";
import type { Told } from "../../../words/words.ts";
import { say } from "../../../words/words.ts";
import { formatMoment } from "../../frame/time.tsx";
import { Say, T, useWords } from "../../frame/words.tsx";
import { type ResultFields, resultPath } from "./result-fields.ts";

/** So many stand on the page all at once, without search or pages. */
export const FEW = 20;

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
        <>
          <ul class="standings">
            <StandingLink request={request} fields={fields} standing={undefined} />
            {standings
              .filter((standing) => tally.counts[standing] > 0)
              .map((standing) => (
                <StandingLink request={request} fields={fields} standing={standing} />
              ))}
          </ul>
          <Announcement tally={tally} outcome={summary} />
        </>
      )}
    </div>
  );
}

interface StandingLinkProps {
  readonly request: RequestSummary;
  readonly fields: ResultFields;
  /** Undefined: all of them. */
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

/** How many of the shares stand how, in the order in which they matter. */
export function tellTally({ counts }: Counts): Told[] {
  return standings
    .filter((standing) => counts[standing] > 0)
    .map((standing) => tellCount(standing, counts[standing]));
}

function tellCount(standing: Standing, number: number): Told {
  switch (standing) {
    case "trouble":
      return say("{number, plural, one {# needs attention} other {# need attention}}", { number });
    case "open":
      return say("{number, number} in progress", { number });
    case "scheduled":
      return say("{number, number} scheduled", { number });
    case "posted":
      return say("{number, number} posted", { number });
    case "deleted":
      return say("{number, number} deleted", { number });
    case "cancelled":
      return say("{number, number} cancelled", { number });
  }
}

/** Read out as it changes: each tenth of the way, then how it ended. */
function Announcement({ tally, outcome }: { tally: Tally; outcome: Told }) {
  const { t, locale } = useWords();
  const open = tally.counts.open + tally.counts.scheduled + tally.leaving;
  const tenths = Math.floor(((tally.total - open) / tally.total) * 10);
  const part = (tenths / 10).toLocaleString(locale, { style: "percent" });
  return (
    <p class="unseen" role="status">
      {open === 0 ? t(outcome) : t("{part} done", { part })}
    </p>
  );
}

/** @param due when the person wants it to go out, in words */
function summarise(tally: Tally, due = ""): { heading: Told; summary: Told } {
  const { total, counts, overdue, undeleted, leaving } = tally;
  const { deleted } = counts;
  const there = counts.posted + undeleted;
  const waiting = counts.scheduled + overdue;
  const open = counts.open + waiting;
  if (overdue > 0)
    return { heading: say("Not shared yet"), summary: say("It was due on {moment}.", { moment: due }) };
  if (waiting > 0 && waiting === open)
    return {
      heading: say("Scheduled"),
      summary:
        waiting === total
          ? say("Goes out on {moment}. You can change it until then.", { moment: due })
          : say("{there, number} of {total, number} posted. {waiting, number} to come on {moment}.", {
              ...{ there, total, waiting },
              moment: due,
            }),
    };
  if (open > 0)
    return {
      heading: say("Sharing…"),
      summary: say("{there, number} of {total, number} posted. You can close this page; sharing continues.", {
        ...{ there, total },
      }),
    };
  if (leaving > 0)
    return {
      heading: say("Being deleted…"),
      summary: say(
        "{leaving, plural, one {# post is} other {# posts are}} being deleted. You can close this page; deleting continues.",
        { leaving },
      ),
    };
  if (there === 0 && deleted > 0)
    return { heading: say("Deleted"), summary: say("All posts that we know of are deleted.") };
  if (there === 0)
    return { heading: say("Not shared"), summary: say("See below what happened and what you can do.") };
  if (there + deleted < total)
    return {
      heading: say("Partly shared"),
      summary: say("{there, number} of {total, number} posted.", { there, total }),
    };
  return {
    heading: say("Shared"),
    summary: say(
      "Posted to {there, plural, one {# account} other {# accounts}}.{deleted, plural, =0 {} one { # post is deleted.} other { # posts are deleted.}}",
      { there, deleted },
    ),
  };
}
