/**
 * Puts Sharewell's share button into the pages of a site, from the site's own server: requested once an hour for each
 * page, with a timeout of 300 ms. When Sharewell is down, the page gets a plain link instead.
 */

/** A page, described by its site. */
export interface SharedPage {
  readonly url: string;
  readonly title: string;
  readonly description: string;
  readonly image: string;
}

const WAIT_MS = 300;
const KEEP_MS = 3_600_000;
/** For how long Sharewell is not called after a failure, so that not every reader waits. */
const REST_MS = 10_000;
const MOST_KEPT = 1_000;

/** @param sharewell Sharewell's address: "https://share.example.com/" */
export function createShareButton(sharewell: string): (page: SharedPage) => Promise<string> {
  const kept = new Map<string, { readonly html: string; readonly until: number }>();
  let restUntil = 0;

  return async (page) => {
    const query = new URLSearchParams({ ...page }).toString();
    const known = kept.get(query);
    if (known !== undefined && known.until > Date.now()) return known.html;
    const html =
      Date.now() < restUntil ? undefined : await ask(new URL(`fragments/share-button?${query}`, sharewell));
    if (html === undefined) {
      restUntil = Math.max(restUntil, Date.now() + REST_MS);
      return known?.html ?? plainLink(new URL(`social/share/?${query}`, sharewell));
    }
    if (kept.size >= MOST_KEPT) kept.clear();
    kept.set(query, { html, until: Date.now() + KEEP_MS });
    return html;
  };
}

/** The web component, with a plain link for browsers without JavaScript and while Sharewell is down. */
export function writeComponent(sharewell: string, page: SharedPage): string {
  const link = plainLink(new URL(`social/share/?${new URLSearchParams({ ...page })}`, sharewell));
  return `<script type="module" src="${new URL("button.js", sharewell).href}"></script>
<share-button>${link}</share-button>`;
}

/** Undefined if Sharewell did not answer in time, or answered with an error. */
async function ask(address: URL): Promise<string | undefined> {
  try {
    const answer = await fetch(address, { signal: AbortSignal.timeout(WAIT_MS) });
    return answer.ok ? await answer.text() : undefined;
  } catch {
    return undefined;
  }
}

function plainLink(address: URL): string {
  return `<a class="sharewell-button" href="${address.href.replaceAll("&", "&amp;")}" target="_blank" rel="noopener">Share</a>`;
}
