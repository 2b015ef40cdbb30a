/** Fetches a page as its site gives it to anybody: no script, no cookies but those of this visit, bounded in size and time. */
import { AddressRefused } from "../../net/addresses.ts";
import { findRedirect } from "../../net/redirect.ts";
import { startVisit, type Visit } from "./visit.ts";

export interface FetchedPage {
  /** Its beginning. */
  readonly bytes: Uint8Array;
  /** As its header has it. */
  readonly type: string;
  /** After redirects. */
  readonly url: string;
  /** What its headers say of it beside that. */
  readonly headers?: {
    /** "5; url=/next", as browsers read `Refresh`. */
    readonly refresh: string;
    /** "noindex", for search engines. */
    readonly robots: string;
  };
  /** It set a cookie that this visit did not have: asked again, it may answer otherwise. */
  readonly setsCookie?: boolean;
}

/**
 * Why a page could not be read: "refused": we connect to no such address; "missing": its site says that it is not there
 * or not for everybody; "failing": its site answered badly or not at all; "not-html": it is a file, not a page; "unreadable": it is made so that reading it fails or
 * takes too long. Where another page came in its place: "login", "consent" and "challenge" want something of the visitor
 * first, "elsewhere" is another page of the site. "scripted": it has no words before its scripts run.
 */
export type PageProblem = (typeof pageProblems)[number];

export const pageProblems = [
  ...(["refused", "missing", "failing", "not-html", "unreadable"] as const),
  ...(["login", "consent", "challenge", "elsewhere", "scripted"] as const),
] as const;

export interface PageWorld {
  /** Guarded. */
  readonly fetch: typeof fetch;
  readonly userAgent: string;
}

/** What networks look for stands at a page's beginning: the rest of a longer one is not read. */
const MOST_BYTES = 2 * 1_024 * 1_024;
/** Some sites answer with 406 to whoever does not take everything. */
const ACCEPT = "text/html,application/xhtml+xml;q=0.9,*/*;q=0.1";

/** @param visit goes on with it: its redirects, time and cookies */
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

/** By these headers those who keep robots off say that it is not the page that answers. */
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

/** The first bytes of an answer; it is not read further. */
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

/** A server that names no type most likely serves a page. */
function isHtml(type: string): boolean {
  return type.trim() === "" || /^\s*(?:text\/html|application\/xhtml\+xml)\s*(?:;|$)/i.test(type);
}
