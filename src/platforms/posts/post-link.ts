/** Reads permalinks that people copied from their browser or phone. */

/**
 * @param text the pasted text; its scheme may be missing
 * @param origins where the network shows posts; a leading "www.", "m." or "mobile." is ignored
 * @returns the address without its fragment, or undefined if it is not on one of the origins
 */
export function parsePostLink(text: string, origins: readonly string[]): URL | undefined {
  const trimmed = text.trim();
  const url = URL.parse(
    /^[a-z][a-z+.-]*:/i.test(trimmed) && !/^[^/]+:\d/.test(trimmed) ? trimmed : `https://${trimmed}`,
  );
  if (url === null || (url.protocol !== "https:" && url.protocol !== "http:")) return undefined;
  if (url.username !== "" || url.password !== "") return undefined;
  if (!origins.some((origin) => bareHost(new URL(origin)) === bareHost(url))) return undefined;
  url.hash = "";
  return url;
}

function bareHost({ host }: URL): string {
  return host.replace(/^(www|m|mobile)\./, "");
}

/** Compares handles, ignoring case. An unknown handle matches any. */
export function isSameHandle(one: string | undefined, other: string): boolean {
  return one === undefined || one.toLowerCase() === other.toLowerCase();
}
