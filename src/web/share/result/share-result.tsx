/** The page with the result of a share request, updated while the request is under way. */
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

/** GET /social/share/:requestId/ */
export async function showShareResult(c: WebContext) {
  const id = readId(c);
  return id === undefined ? showNotFound(c) : renderShareResult(c, { id }, { good: takeFlash(c) });
}

/** GET /social/share/:requestId/outcomes/: what changed since the page's last poll, or everything. */
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
        <Navigation person={c.var.person} isReplacement />
      </>,
    );
  }
  return show(c, findChanges(result, have));
}

/** Returns a request with all its shares, or undefined where the id is not valid or not the person's. */
export async function findRequest(c: WebContext, id: string | undefined): Promise<ShareRequest | undefined> {
  if (!z.uuid().safeParse(id).success) return undefined;
  return id === undefined ? undefined : await getShareRequest(c.var.runtime, c.var.person, id);
}

/**
 * Redirects to the result of a share's request after an action. Where the request has too many shares to show all, the
 * result is filtered by the share's account.
 */
export async function redirectToShare(c: WebContext, shareId: string, requestId: string) {
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
  /** Messages of a form that came too late, shown so that they are not lost. */
  readonly written?: string;
  readonly refusedLink?: RefusedLink;
}

/** Renders a request's result, with what just happened at the top. */
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
            // Without JavaScript the whole page reloads.
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
