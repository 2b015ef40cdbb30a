/** The bookmark that shares the page that is open: a line of script in place of an address. */

/** Longer selections would make an address that proxies refuse. */
const LONGEST_SELECTION = 1_000;

/**
 * Returns the bookmark's address. It reads the page's address, title and selection, and opens our share page in a new tab,
 * or in the same one where the browser allows no new one. It loads nothing into the page.
 */
export function writeBookmarklet(baseUrl: URL): string {
  const share = JSON.stringify(new URL("social/share/", baseUrl).href);
  const script = `(()=>{const a=${share}+"?"+new URLSearchParams({url:location.href,title:document.title,text:String(getSelection()).trim().slice(0,${LONGEST_SELECTION})});open(a)||(location.href=a)})()`;
  return `javascript:${encodeURIComponent(script)}`;
}
