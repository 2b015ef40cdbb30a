/** Texts for the state of a share request: how many shares stand how, and the overall outcome. */
import { type Counts, type Standing, standings, type Tally } from "../../../sharing/record/tally.ts";
import { say, type Told } from "../../../words/words.ts";

/** Returns a text for each standing that has shares, most important first. */
export function tellTally({ counts }: Counts): Told[] {
  return standings
    .filter((standing) => counts[standing] > 0)
    .map((standing) => tellCount(standing, counts[standing]));
}

/** Returns the text for a number of shares of one standing. */
export function tellCount(standing: Standing, number: number): Told {
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

/** Returns the heading and summary of a request. @param due the scheduled time, formatted */
export function summarise(tally: Tally, due = ""): { heading: Told; summary: Told } {
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
          : say(
              "{there, number} of {total, number} posted. {waiting, number} more will go out on {moment}.",
              {
                ...{ there, total, waiting },
                moment: due,
              },
            ),
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
  if (counts.cancelled === total)
    return {
      heading: say("Cancelled"),
      summary:
        tally.calledOff === total
          ? say("You cancelled this share. Nothing was posted.")
          : say("This share was cancelled. Nothing was posted."),
    };
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
