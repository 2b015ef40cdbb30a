/** One share with all that was tried for it, and what the network said. */
import { z } from "zod";
import { identify } from "../pages/page.ts";
import { type Attempt, listAttempts } from "../sharing/attempts.ts";
import { findShare } from "../sharing/history.ts";
import type { Share } from "../sharing/share.ts";
import type { WebContext } from "./context.ts";
import { showNotFound } from "./errors.tsx";
import { filterQuery } from "./history-filter.ts";
import { Layout } from "./parts/layout.tsx";
import { findPreview, PageCard } from "./parts/page-card.tsx";
import { ShareOutcome } from "./parts/share-outcome.tsx";
import { Moment } from "./parts/time.tsx";
import { show } from "./show.tsx";

export async function showShareDetails(c: WebContext) {
  const { runtime, person } = c.var;
  const id = z.uuid().safeParse(c.req.param("shareId"));
  const share = id.success ? await findShare(runtime, person, id.data) : undefined;
  if (share === undefined) return showNotFound(c);
  const attempts = await listAttempts(runtime, share);
  const zone = person.timeZone;
  return show(
    c,
    <Layout title="One share" person={person} shape="sheet">
      <h1>One share</h1>
      <ul class="outcomes">
        <ShareOutcome share={share} now={runtime.now()} zone={zone} withDetails={false} />
      </ul>
      <PageCard page={share.page} preview={await findPreview(c, share.page)} />
      <h2>What was sent</h2>
      <blockquote class="said">{share.text === "" ? share.page.url : share.text}</blockquote>
      <h2>What happened</h2>
      <ol class="timeline">
        {tellMoments(share, attempts).map(({ at, words, problem, fine }) => (
          <li>
            <p class="quiet">
              <Moment at={at} zone={zone} />
            </p>
            <p>{words}</p>
            {problem !== undefined && <p class="note">{problem}</p>}
            {fine !== undefined && <p class="quiet fine">{fine}</p>}
          </li>
        ))}
      </ol>
      <p class="actions">
        <a class="button" href={`/social/history/?${filterQuery({ page: identify(share.page) })}`}>
          All shares of this page
        </a>
        <a class="button" href={`/social/share/${share.requestId}/`}>
          All accounts of this share
        </a>
      </p>
    </Layout>,
  );
}

interface Happened {
  readonly at: Date;
  readonly words: string;
  readonly problem?: string | undefined;
  /** For those who want to know exactly. */
  readonly fine?: string | undefined;
}

function tellMoments(share: Share, attempts: readonly Attempt[]): Happened[] {
  const asked = { at: share.createdAt, words: share.scheduledAt ? "You scheduled it." : "You shared it." };
  const due = share.scheduledAt && share.status !== "scheduled" && share.scheduledAt;
  return [
    asked,
    ...(due ? [{ at: due, words: "It was due." }] : []),
    ...attempts.map((attempt) => ({
      at: attempt.startedAt,
      words: tellAttempt(attempt),
      problem: attempt.problem,
      fine: tellFine(attempt),
    })),
  ].toSorted((one, other) => one.at.getTime() - other.at.getTime());
}

const results: Readonly<Record<Attempt["action"], Readonly<Record<string, string>>>> = {
  share: {
    posted: "Sent: the network posted it.",
    duplicate: "Sent: the network has this very post already.",
    rejected: "Sent: the network refused it.",
    reconnect: "Not sent: the account must be reconnected.",
    failed: "Not posted, and given up.",
    cancelled: "Not sent: the account was disconnected.",
    queued: "Not posted yet: to be tried again.",
    sending: "Sent, without a clear answer: to be looked for.",
    unconfirmed: "Sent, without a clear answer.",
  },
  reconcile: {
    posted: "Looked for it: it is there.",
    sending: "Looked for it: not to be told yet.",
    queued: "Looked for it: not there, to be sent again.",
    unconfirmed: "Looked for it: nobody can tell.",
  },
  delete: { deleted: "Deleted at the network." },
  confirm: {
    posted: "You said that it is there.",
    queued: "You said that it is not there: to be sent again.",
  },
};

function tellAttempt({ action, result }: Attempt): string {
  const known = results[action][result];
  if (known !== undefined) return known;
  return {
    share: "Not posted.",
    reconcile: "Looked for it.",
    delete: "Not deleted.",
    confirm: "You looked.",
  }[action];
}

/** "HTTP 503, server-trouble, 1.2 s" */
function tellFine({ action, httpStatus, problemCode, startedAt, endedAt }: Attempt): string | undefined {
  if (action === "confirm") return undefined;
  const seconds = (endedAt.getTime() - startedAt.getTime()) / 1_000;
  const parts = [
    httpStatus === undefined ? undefined : `HTTP ${httpStatus}`,
    problemCode,
    `${seconds.toFixed(1)} s`,
  ];
  return parts.filter((part) => part !== undefined).join(", ");
}
