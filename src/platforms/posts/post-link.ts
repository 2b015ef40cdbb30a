/** Links to posts, as people copy them from their browser or phone. */

/**
 * @param text what was pasted; the scheme may be missing
 * @param origins where the network shows posts; "www." or "m." in front makes no difference
 * @returns the address when it lies there, without what comes after "#"
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

/** Handles are the same in capitals and small letters. */
export function isSameHandle(one: string | undefined, other: string): boolean {
  return one === undefined || one.toLowerCase() === other.toLowerCase();
}
