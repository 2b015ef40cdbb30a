/** What became of a share request, kept up to date while it is under way. */
import { z } from "zod";
import { findShare, getShareRequest } from "../../../sharing/record/history.ts";
import { summariseRequest } from "../../../sharing/record/request-shares.ts";
import type { ShareRequest } from "../../../sharing/share.ts";
import type { Told } from "../../../words/words.ts";
import { say } from "../../../words/words.ts";
import { assetPath } from "../../assets.ts";
import { Banner } from "../../frame/banner.tsx";
import { showNotFound } from "../../frame/errors.tsx";
import { takeFlash } from "../../frame/flash.ts";
import { Layout } from "../../frame/layout.tsx";
import { Navigation } from "../../frame/navigation.tsx";
import { show } from "../../frame/show.tsx";
import { T } from "../../frame/words.tsx";
import type { WebContext } from "../../guards/context.ts";
import { PageCard } from "../cards/page-card.tsx";
import { findPagePicture } from "../cards/page-pictures.ts";
import { Outcomes } from "./outcomes.tsx";
import { readResultFields, resultPath } from "./result-fields.ts";
import { findChanges, isUpToDate, renderResult } from "./result-parts.tsx";
import { FEW } from "./shown-shares.ts";
import type { RefusedLink } from "./unconfirmed.tsx";

export async function showShareResult(c: WebContext) {
  const id = readId(c);
  return id === undefined ? showNotFound(c) : renderShareResult(c, { id }, { good: takeFlash(c) });
}

/** What the page asks for until everything is settled: what is new since it asked last, or all of it. */
export async function showOutcomes(c: WebContext) {
  const id = readId(c);
  const request = id && (await summariseRequest(c.var.runtime, c.var.person, id));
  if (!request) return c.body(null, 404);
  const have = c.req.query("have");
  if (have !== undefined && isUpToDate(c, request, have)) return c.body(null, 204);
  const result = await renderResult(c, request, readResultFields(c.req.query()));
  if (have === undefined) {
    return show(
      c,
      <>
        <Outcomes result={result} />
        <Navigation person={c.var.person} isAnew />
      </>,
    );
  }
  return show(c, findChanges(result, have));
}

/** With all its shares, for what changes or looks for one of them. */
export async function findRequest(c: WebContext, id: string | undefined): Promise<ShareRequest | undefined> {
  if (!z.uuid().safeParse(id).success) return undefined;
  return id === undefined ? undefined : await getShareRequest(c.var.runtime, c.var.person, id);
}

/**
 * After something was done about one share: its request's result, which tells by itself how it goes on. Where that has
 * too many shares to show all of them, it shows those of this account.
 */
export async function leadToShare(c: WebContext, shareId: string, requestId: string) {
  const { runtime, person } = c.var;
  const [share, request] = await Promise.all([
    findShare(runtime, person, shareId),
    summariseRequest(runtime, person, requestId),
  ]);
  if (share === undefined || request === undefined || request.tally.total <= FEW)
    return c.redirect(resultPath(requestId, {}), 303);
  const { platform, account } = share.connection;
  return c.redirect(resultPath(requestId, { platform, account: account.username }), 303);
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
  { id }: { readonly id: string },
  { good, bad, written = "", refusedLink }: ResultNews,
) {
  const request = await summariseRequest(c.var.runtime, c.var.person, id);
  if (request === undefined) return showNotFound(c);
  const fields = c.req.method === "GET" ? readResultFields(c.req.query()) : {};
  const result = await renderResult(c, request, fields, refusedLink);
  return show(
    c,
    <Layout
      title={say("Your share")}
      person={c.var.person}
      shape="sheet"
      address={`/social/share/${request.id}/`}
      live
      head={
        <>
          <script src={assetPath("follow.js")} type="module" />
          {result.reloadSeconds !== undefined && (
            // Without JavaScript the page asks for itself as a whole.
            <noscript>
              <meta http-equiv="refresh" content={String(result.reloadSeconds)} />
            </noscript>
          )}
        </>
      }
    >
      <Banner good={good} bad={bad} />
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
      <Outcomes result={result} />
      <span data-shared hidden />
      <PageCard page={request.page} picture={await findPagePicture(c, request.page)} />
      {request.message !== "" && (
        <blockquote class="said" dir="auto">
          {request.message}
        </blockquote>
      )}
      <p class="actions">
        <a class="button" href={request.page.url} rel="noreferrer">
          <T>Back to the page</T>
        </a>
      </p>
    </Layout>,
  );
}

function readId(c: WebContext): string | undefined {
  return z.uuid().safeParse(c.req.param("requestId")).data;
}
