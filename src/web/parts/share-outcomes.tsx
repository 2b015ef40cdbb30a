/** All outcomes of one share request; asks for itself again while something is still under way. */
import { isSettled, type Share, type ShareRequest } from "../../sharing/share.ts";
import type { Told } from "../../words/words.ts";
import { say } from "../../words/words.ts";
import { fragmentOnly } from "./fragment.ts";
import type { RefusedLink } from "./share-actions.tsx";
import { ShareOutcome } from "./share-outcome.tsx";
import { formatMoment } from "./time.tsx";
import { Say, useWords } from "./words.tsx";

const SOON_MS = 5_000;
const LONG_MS = 120_000;

interface ShareOutcomesProps {
  readonly request: ShareRequest;
  readonly now: Date;
  readonly zone: string | undefined;
  readonly refusedLink?: RefusedLink | undefined;
}

export function ShareOutcomes({ request, now, zone, refusedLink }: ShareOutcomesProps) {
  const words = useWords();
  const due = request.scheduledAt && formatMoment(words, request.scheduledAt, zone);
  const { heading, summary } = summarise(request.shares, due);
  return (
    <section id="outcomes" class="outcomes" {...polling(request, now)}>
      <h1>
        <Say told={heading} />
      </h1>
      <p class="quiet">
        <Say told={summary} />
      </p>
      <ul aria-live="polite">
        {request.shares.map((share) => (
          <ShareOutcome share={share} now={now} zone={zone} refusedLink={refusedLink} />
        ))}
      </ul>
    </section>
  );
}

/** Often while something happens, seldom while all of it waits for a later try. */
function polling({ id, shares }: ShareRequest, now: Date): Record<string, string> {
  const open = shares.filter(({ status }) => !isSettled(status));
  if (open.length === 0) return {};
  if (open.every(({ isOverdue }) => isOverdue)) return {};
  const next = Math.min(...open.map(({ nextAttemptAt }) => nextAttemptAt?.getTime() ?? 0));
  const waitMs = next - now.getTime();
  return {
    "hx-get": `/social/share/${id}/outcomes/`,
    "hx-trigger": `every ${waitMs > LONG_MS ? "60s" : waitMs > SOON_MS ? "5s" : "500ms"}`,
    "hx-swap": "outerMorph",
    "hx-config": fragmentOnly,
  };
}

/** @param due when the person wants it to go out, in words */
function summarise(shares: readonly Share[], due = ""): { heading: Told; summary: Told } {
  const total = shares.length;
  const open = shares.filter(({ status }) => !isSettled(status)).length;
  const deleted = shares.filter(({ deletion }) => deletion.state === "deleted").length;
  const there = shares.filter(isThere).length;
  const counts = {
    there,
    total,
    deleted,
    waiting: shares.filter(({ status }) => status === "scheduled").length,
  };
  const { waiting } = counts;
  if (waiting > 0 && shares.some(({ isOverdue }) => isOverdue))
    return { heading: say("Not shared yet"), summary: say("It was due on {moment}.", { moment: due }) };
  if (waiting > 0 && waiting === open)
    return {
      heading: say("Scheduled"),
      summary:
        waiting === total
          ? say("For {moment}. Until then you can change it.", { moment: due })
          : say("{there} of {total} posted. {waiting} to come on {moment}.", { ...counts, moment: due }),
    };
  if (open > 0)
    return {
      heading: say("Sharing…"),
      summary: say("{there} of {total} posted. You can leave this page: it goes on without you.", counts),
    };
  if (there === 0 && deleted > 0)
    return { heading: say("Deleted"), summary: say("You had every post of it deleted.") };
  if (there === 0)
    return { heading: say("Not shared"), summary: say("See below what happened and what you can do.") };
  if (there + deleted < total)
    return { heading: say("Partly shared"), summary: say("{there} of {total} posted.", counts) };
  return {
    heading: say("Shared"),
    summary: say(
      "Posted to {there, plural, one {# account} other {# accounts}}.{deleted, plural, =0 {} one { # post is deleted.} other { # posts are deleted.}}",
      counts,
    ),
  };
}

function isThere({ status, deletion }: Share): boolean {
  return (status === "posted" || status === "duplicate") && deletion.state !== "deleted";
}
