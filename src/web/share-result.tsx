/** What became of a share request, kept up to date while it is under way. */
import { z } from "zod";
import { getShareRequest } from "../sharing/history.ts";
import { isSettled, type ShareRequest } from "../sharing/share.ts";
import type { Told } from "../words/words.ts";
import { say } from "../words/words.ts";
import type { WebContext } from "./context.ts";
import { showNotFound } from "./errors.tsx";
import { takeNotice } from "./notice.ts";
import { Notice } from "./parts/form.tsx";
import { Layout } from "./parts/layout.tsx";
import { Navigation } from "./parts/navigation.tsx";
import { findPreview, PageCard } from "./parts/page-card.tsx";
import type { RefusedLink } from "./parts/share-actions.tsx";
import { ShareOutcomes } from "./parts/share-outcomes.tsx";
import { T } from "./parts/words.tsx";
import { show } from "./show.tsx";

export async function showShareResult(c: WebContext) {
  const request = await findRequest(c, c.req.param("requestId"));
  return request === undefined ? showNotFound(c) : renderShareResult(c, request, { good: takeNotice(c) });
}

/** The fragment that the page asks for until everything is settled. */
export async function showOutcomes(c: WebContext) {
  const request = await findRequest(c, c.req.param("requestId"));
  if (request === undefined) return c.body(null, 404);
  const { runtime, person } = c.var;
  return show(
    c,
    <>
      <ShareOutcomes request={request} now={runtime.now()} zone={person.timeZone} />
      <Navigation person={person} isAnew />
    </>,
  );
}

export async function findRequest(c: WebContext, id: string | undefined): Promise<ShareRequest | undefined> {
  if (!z.uuid().safeParse(id).success) return undefined;
  return id === undefined ? undefined : await getShareRequest(c.var.runtime, c.var.person, id);
}

interface ResultNews {
  readonly good?: Told | undefined;
  readonly bad?: Told | undefined;
  /** Words of theirs that came too late, to be kept by themselves. */
  readonly written?: string;
  readonly refusedLink?: RefusedLink;
}

export async function renderShareResult(
  c: WebContext,
  request: ShareRequest,
  { good, bad, written = "", refusedLink }: ResultNews,
) {
  const isOver = request.shares.every(
    ({ status, nextAttemptAt }) => isSettled(status) || (status === "scheduled" && isFar(c, nextAttemptAt)),
  );
  // Without JavaScript the page asks for itself as a whole.
  const reload = !isOver && (
    <noscript>
      <meta http-equiv="refresh" content="2" />
    </noscript>
  );
  return show(
    c,
    <Layout
      title={say("Your share")}
      person={c.var.person}
      shape="sheet"
      address={`/social/share/${request.id}/`}
      live
      head={reload}
    >
      <Notice good={good} bad={bad} />
      {written !== "" && (
        <>
          <h2>
            <T>What you wrote</T>
          </h2>
          <blockquote class="said" dir="auto">
            {written}
          </blockquote>
        </>
      )}
      <ShareOutcomes
        request={request}
        now={c.var.runtime.now()}
        zone={c.var.person.timeZone}
        refusedLink={refusedLink}
      />
      {request.shares.some(({ status }) => status === "scheduled") && <ChangeScheduled request={request} />}
      <span data-shared hidden />
      <PageCard page={request.page} preview={await findPreview(c, request.page)} />
      {request.message !== "" && (
        <blockquote class="said" dir="auto">
          {request.message}
        </blockquote>
      )}
      <p class="actions">
        <a class="button" href={request.page.url}>
          <T>Back to the page</T>
        </a>
      </p>
    </Layout>,
  );
}

/** What waits that long need not be looked for every other second. */
function isFar(c: WebContext, at: Date | undefined): boolean {
  return at === undefined || at.getTime() - c.var.runtime.now().getTime() > 120_000;
}

function ChangeScheduled({ request }: { request: ShareRequest }) {
  const { id, shares } = request;
  const isUntouched = shares.every(({ status }) => status === "scheduled" || status === "cancelled");
  return (
    <div class="actions">
      {isUntouched && (
        <a class="button" href={`/social/share/${id}/edit/`}>
          <T>Change</T>
        </a>
      )}
      <details class="confirm">
        <summary class="button">
          <T>Cancel all</T>
        </summary>
        <form method="post" action={`/social/share/${id}/cancel/`}>
          <p>
            <T>Share none of what has not gone out yet?</T>
          </p>
          <button class="button small danger" type="submit">
            <T>Yes, cancel all</T>
          </button>
        </form>
      </details>
    </div>
  );
}
