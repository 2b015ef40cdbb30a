/** One share with all that was tried for it, and what the network said. */
import { z } from "zod";
import { identify } from "../../../pages/page.ts";
import { type Attempt, listAttempts } from "../../../sharing/record/attempts.ts";
import { findShare } from "../../../sharing/record/history.ts";
import type { Share } from "../../../sharing/share.ts";
import { say, type Told } from "../../../words/words.ts";
import { showNotFound } from "../../frame/errors.tsx";
import { readWords } from "../../frame/language.ts";
import { Layout } from "../../frame/layout.tsx";
import { show } from "../../frame/show.tsx";
import { Moment } from "../../frame/time.tsx";
import { Say, T } from "../../frame/words.tsx";
import type { WebContext } from "../../guards/context.ts";
import { filterQuery } from "../../history/history-filter.ts";
import { findPreview, PageCard } from "../cards/page-card.tsx";
import { ShareOutcome } from "./share-outcome.tsx";

export async function showShareDetails(c: WebContext) {
  const { runtime, person } = c.var;
  const id = z.uuid().safeParse(c.req.param("shareId"));
  const share = id.success ? await findShare(runtime, person, id.data) : undefined;
  if (share === undefined) return showNotFound(c);
  const attempts = await listAttempts(runtime, share);
  const zone = person.timeZone;
  return show(
    c,
    <Layout title={say("Share details")} person={person} shape="sheet">
      <h1>
        <T>Share details</T>
      </h1>
      <ul class="outcomes">
        <ShareOutcome share={share} now={runtime.now()} zone={zone} isWhole />
      </ul>
      <PageCard page={share.page} preview={await findPreview(c, share.page)} />
      <h2>
        <Say told={headWords(share)} />
      </h2>
      <blockquote class="said" dir="auto">
        {share.text === "" ? share.page.url : share.text}
      </blockquote>
      <h2>
        <T>What happened</T>
      </h2>
      <ol class="timeline">
        {tellMoments(share, attempts, readWords(c).locale).map(({ at, words, problem, fine }) => (
          <li>
            <p class="quiet">
              <Moment at={at} zone={zone} />
            </p>
            <p>
              <Say told={words} />
            </p>
            {problem !== undefined && (
              <p class="note">
                <Say told={problem} />
              </p>
            )}
            {fine !== undefined && <p class="quiet fine">{fine}</p>}
          </li>
        ))}
      </ol>
      <p class="actions">
        <a class="button" href={`/social/history/?${filterQuery({ page: identify(share.page) })}`}>
          <T>All shares of this page</T>
        </a>
        <a class="button" href={`/social/share/${share.requestId}/`}>
          <T>All accounts in this share</T>
        </a>
      </p>
    </Layout>,
  );
}

function headWords({ status, isCancellable }: Share): Told {
  if (isCancellable || status === "reconnect") return say("What will be sent");
  return status === "cancelled" ? say("What would have been sent") : say("What was sent");
}

interface Happened {
  readonly at: Date;
  readonly words: string;
  readonly problem?: Told | undefined;
  /** For those who want to know exactly. */
  readonly fine?: string | undefined;
}

function tellMoments(share: Share, attempts: readonly Attempt[], locale: string): Happened[] {
  const asked = {
    at: share.createdAt,
    words: share.scheduledAt ? say("You scheduled it.") : say("You shared it."),
  };
  const due = share.scheduledAt && share.status !== "scheduled" && share.scheduledAt;
  return [
    asked,
    ...(due ? [{ at: due, words: say("It was due.") }] : []),
    ...attempts.map((attempt) => ({
      at: attempt.startedAt,
      words: tellAttempt(attempt),
      problem: attempt.problem,
      fine: tellFine(attempt, locale),
    })),
  ].toSorted((one, other) => one.at.getTime() - other.at.getTime());
}

const results: Readonly<Record<Attempt["action"], Readonly<Record<string, string>>>> = {
  share: {
    posted: say("Sent: the network posted it."),
    duplicate: say("Sent: the network already has this post."),
    rejected: say("Sent: the network refused it."),
    reconnect: say("Not sent: the account needs reconnecting."),
    failed: say("Not posted. We stopped trying."),
    cancelled: say("Not sent: the account was disconnected."),
    queued: say("Not posted yet. We will try again."),
    sending: say("Sent, but the answer was unclear. We will check."),
    unconfirmed: say("Sent, but the answer was unclear."),
  },
  reconcile: {
    posted: say("Checked: it is there."),
    sending: say("Checked: can’t tell yet."),
    queued: say("Checked: not there, so it will be sent again."),
    unconfirmed: say("Checked: not confirmed."),
  },
  delete: {
    deleted: say("Deleted from the network."),
    gone: say("Checked: it is gone."),
    waiting: say("Asked the network to delete it. It has not confirmed yet; we will ask again."),
    reconnect: say("Not deleted yet: the account needs reconnecting."),
    unclear: say("Asked the network to delete it. The answer was unclear."),
    "given-up": say("You stopped waiting for the deletion."),
  },
  confirm: {
    posted: say("You said it is there."),
    queued: say("You said it isn’t there, so it will be sent again."),
  },
};

function tellAttempt({ action, result }: Attempt): string {
  const known = results[action][result];
  if (known !== undefined) return known;
  return {
    share: say("Not posted."),
    reconcile: say("Checked."),
    delete: say("Not deleted."),
    confirm: say("You checked."),
  }[action];
}

/** "HTTP 503, server-trouble, 1.2 sec" */
function tellFine(
  { action, result, httpStatus, problemCode, startedAt, endedAt }: Attempt,
  locale: string,
): string | undefined {
  if (action === "confirm" || result === "given-up") return undefined;
  const took = (endedAt.getTime() - startedAt.getTime()) / 1_000;
  const seconds = took.toLocaleString(locale, { style: "unit", unit: "second", maximumFractionDigits: 1 });
  const parts = [httpStatus === undefined ? undefined : `HTTP ${httpStatus}`, problemCode, seconds];
  return parts.filter((part) => part !== undefined).join(", ");
}
