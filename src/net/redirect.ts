/** Builds the next request after a redirect, according to the Fetch standard. */

/** One request of a chain of redirects. Its body is kept because a redirect may need it again. */
export interface Hop {
  readonly url: URL;
  readonly method: string;
  readonly headers: Headers;
  readonly body: Uint8Array<ArrayBuffer> | null;
}

const REDIRECTS: readonly number[] = [301, 302, 303, 307, 308];
/** Headers that are meant for one origin only. */
const CREDENTIALS = ["authorization", "proxy-authorization", "cookie", "host"];
const ABOUT_THE_BODY = [
  "content-type",
  "content-length",
  "content-encoding",
  "content-language",
  "content-location",
];

/** The target of a redirect. @returns undefined if the response is not a redirect */
export function findRedirect(
  status: number,
  headers: { get(name: string): string | null },
): string | undefined {
  const location = REDIRECTS.includes(status) ? headers.get("location") : null;
  // Headers are read as Latin-1, but servers write addresses in UTF-8.
  return location === null ? undefined : Buffer.from(location, "latin1").toString("utf8");
}

/** The request to follow a redirect with. */
export function follow(hop: Hop, status: number, url: URL): Hop {
  const headers = new Headers(hop.headers);
  if (url.origin !== hop.url.origin) for (const name of CREDENTIALS) headers.delete(name);
  if (url.hash === "") url.hash = hop.url.hash;
  if (!becomesGet(hop.method, status)) return { ...hop, url, headers };
  for (const name of ABOUT_THE_BODY) headers.delete(name);
  return { url, headers, method: "GET", body: null };
}

function becomesGet(method: string, status: number): boolean {
  if (status === 303) return method !== "GET" && method !== "HEAD";
  return method === "POST" && (status === 301 || status === 302);
}
