/**
 * Fetches a page as any visitor gets it: without scripts, with the cookies of this visit only, and limited in size and
 * time.
 */
import { AddressRefused } from "../../net/addresses.ts";
import { findRedirect } from "../../net/redirect.ts";
import { startVisit, type Visit } from "./visit.ts";

export interface FetchedPage {
  /** The beginning of the page. */
  readonly bytes: Uint8Array;
  /** The Content-Type header. */
  readonly type: string;
  /** After redirects. */
  readonly url: string;
  /** Other headers about the page. */
  readonly headers?: {
    /** "5; url=/next", as browsers read `Refresh`. */
    readonly refresh: string;
    /** "noindex", for search engines. */
    readonly robots: string;
  };
  /** It set a new cookie, so a second request may get another response. */
  readonly setsCookie?: boolean;
}

/**
 * Why a page could not be read. "refused": we do not connect to this address; "missing": the site says that it does not
 * exist or is not public; "failing": an error or no response; "not-html": a file instead of a page; "unreadable":
 * parsing failed or took too long. Another page was shown: "login", "consent" and "challenge" ask the visitor for
 * something first, "elsewhere" is another page of the site. "scripted": it has no text before scripts run.
 */
export type PageProblem = (typeof pageProblems)[number];

export const pageProblems = [
  ...(["refused", "missing", "failing", "not-html", "unreadable"] as const),
  ...(["login", "consent", "challenge", "elsewhere", "scripted"] as const),
] as const;

export interface PageWorld {
  /** The guarded fetch. */
  readonly fetch: typeof fetch;
  readonly userAgent: string;
}

/** Metadata is at the beginning: the rest of a longer page is not read. */
const MOST_BYTES = 2 * 1_024 * 1_024;
/** Some sites respond with 406 unless everything is accepted. */
const ACCEPT = "text/html,application/xhtml+xml;q=0.9,*/*;q=0.1";

/** Fetches a page. @param visit the visit it belongs to, with its redirects, time and cookies */
export async function fetchPage(
  world: PageWorld,
  address: string,
  visit: Visit = startVisit(),
): Promise<FetchedPage | PageProblem> {
  const startedAt = performance.now();
  try {
    return await ask(world, address, visit);
  } catch (error) {
    return error instanceof AddressRefused && error.reason !== "redirects" ? "refused" : "failing";
  } finally {
    visit.leftMs -= performance.now() - startedAt;
  }
}

async function ask(
  { fetch, userAgent }: PageWorld,
  address: string,
  visit: Visit,
): Promise<FetchedPage | PageProblem> {
  const signal = AbortSignal.timeout(Math.max(1, Math.round(visit.leftMs)));
  for (let url = address; ; ) {
    const response = await fetch(url, {
      headers: { accept: ACCEPT, "user-agent": userAgent, ...visit.cookies.headersFor(url) },
      redirect: "manual",
      signal,
    });
    const setsCookie = visit.cookies.keep(url, response.headers);
    const location = findRedirect(response.status, response.headers);
    if (location === undefined) return await readAnswer(response, { url, setsCookie });
    await response.body?.cancel();
    const next = URL.parse(location, url);
    if (next === null) return "refused";
    if (visit.redirectsLeft === 0) return "failing";
    visit.redirectsLeft -= 1;
    next.hash = "";
    url = next.href;
  }
}

async function readAnswer(
  response: Response,
  found: { readonly url: string; readonly setsCookie: boolean },
): Promise<FetchedPage | PageProblem> {
  const { headers } = response;
  const type = headers.get("content-type") ?? "";
  const problem = findProblem(response, type);
  if (problem !== undefined) {
    await response.body?.cancel();
    return problem;
  }
  return {
    ...found,
    bytes: await readStart(response, MOST_BYTES),
    type,
    headers: { refresh: headers.get("refresh") ?? "", robots: headers.get("x-robots-tag") ?? "" },
  };
}

/** Headers by which bot protection marks its own responses. */
const CHALLENGES = [
  // https://developers.cloudflare.com/cloudflare-challenges/challenge-types/challenge-pages/detect-response/
  ["cf-mitigated", /^challenge$/i],
  // https://docs.aws.amazon.com/waf/latest/developerguide/waf-captcha-and-challenge-how-it-works.html
  ["x-amzn-waf-action", /^(?:captcha|challenge)$/i],
  ["x-vercel-mitigated", /^challenge$/i],
] as const;

function findProblem({ ok, status, headers }: Response, type: string): PageProblem | undefined {
  if (CHALLENGES.some(([name, value]) => value.test(headers.get(name) ?? ""))) return "challenge";
  if (status === 401) return "login";
  if (!ok) return status >= 500 || status === 429 ? "failing" : "missing";
  return isHtml(type) ? undefined : "not-html";
}

/** Reads the first bytes of a response and cancels the rest. */
export async function readStart(response: Response, mostBytes: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    chunks.push(chunk);
    length += chunk.byteLength;
    // Leaving the loop cancels the rest.
    if (length >= mostBytes) break;
  }
  return Buffer.concat(chunks).subarray(0, mostBytes);
}

/** A response without a type is most likely a page. */
function isHtml(type: string): boolean {
  return type.trim() === "" || /^\s*(?:text\/html|application\/xhtml\+xml)\s*(?:;|$)/i.test(type);
}
