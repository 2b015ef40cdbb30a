/** The web as the service sees it: pages of sites with the oddest contents, and the simulated networks. */
import { createGuardedFetch } from "../../../src/net/guarded-fetch.ts";

const odd = `<!doctype html><html lang="\0"><head><title>a\0b&#0;&#xd800;\x01\x85</title>
<meta property="og:title" content="\0&#0;\x07 title \u202e"><meta property="og:image" content="https://blog.example.com/\0.png">
<meta name="description" content="${"long ".repeat(5_000)}"><meta property="og:site_name" content="\x9f">
<script type="application/ld+json">{"@type":"Article","headline":"\\u0000\\ud800","author":{"name":"\\u0000"}}</script>
<meta property="__proto__" content="x"><meta name="constructor" content="y"></head><body></body></html>`;

const far = String.fromCodePoint(
  ...Array.from({ length: 1_900 }, (_, index) => 0x4e00 + ((index * 7_919) % 20_000)),
);

const pages: Readonly<Record<string, string>> = {
  "/plain": "<title>Why we moved</title><meta name=description content='Three months, one file.'>",
  "/odd": odd,
  "/canonical": `<title>Far</title><link rel="canonical" href="https://blog.example.com/${far}"><meta property="og:url" content="https://blog.example.com/${far}">`,
};

/** A guarded fetch that resolves no name to another machine. */
export function createSites(allowedHosts: readonly string[]): typeof fetch {
  const guarded = createGuardedFetch({ allowedHosts });
  return async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    if (url.hostname === "blog.example.com") {
      const html = pages[url.pathname];
      if (url.pathname === "/file") return new Response(new Uint8Array([0, 1, 2, 255]));
      return new Response(html ?? "", {
        status: html === undefined ? 404 : 200,
        headers: { "content-type": "text/html; charset=utf-8" },
      });
    }
    const isHere = url.hostname.endsWith("localhost") || /^[\d.:[\]a-f]+$/.test(url.hostname);
    if (isHere) return await guarded.fetch(input, init);
    throw new TypeError("fetch failed", {
      cause: Object.assign(new Error("no such name"), { code: "ENOTFOUND" }),
    });
  };
}
