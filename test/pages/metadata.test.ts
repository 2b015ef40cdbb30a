/** Realistic pages, requested over HTTP, and the expected result of each. */
import { createServer, type Server } from "node:http";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createGuardedFetch } from "../../src/net/guarded-fetch.ts";
import { decodeHtml } from "../../src/pages/reading/decode.ts";
import { readMetadata } from "../../src/pages/reading/metadata.ts";
import { clip, tidy } from "../../src/pages/reading/words.ts";
import { type FetchedPage, fetchPage } from "../../src/pages/visit/fetch-page.ts";
import { completeFromOembed } from "../../src/pages/visit/oembed.ts";
import { brokenPages } from "./corpus/broken.ts";
import { faultyPages } from "./corpus/faults.ts";
import { jsonLdPages } from "./corpus/json-ld.ts";
import type { CorpusPage } from "./corpus/page.ts";
import { tagPages } from "./corpus/tags.ts";

const corpus = [...tagPages, ...jsonLdPages, ...brokenPages, ...faultyPages];
const guarded = createGuardedFetch({ allowedHosts: ["127.0.0.1"] });
const world = { fetch: guarded.fetch, userAgent: "Sharewell" };
let site: Server;
let origin: string;

beforeAll(async () => {
  const pages = new Map(corpus.map((page) => [`/${page.name}`, page]));
  site = createServer((request, response) => {
    const page = pages.get(new URL(request.url ?? "/", "http://site/").pathname);
    response
      .writeHead(page?.status ?? 200, {
        "content-type": page?.type ?? "text/html; charset=utf-8",
        ...page?.headers,
      })
      .end(page?.body);
  });
  await new Promise<void>((done) => site.listen(0, "127.0.0.1", done));
  const address = site.address();
  origin = `http://127.0.0.1:${address !== null && typeof address === "object" ? address.port : 0}`;
});
afterAll(async () => {
  await guarded.close();
  site.closeAllConnections();
  site.close();
});

test("the corpus has pages enough, each of its own name", () => {
  expect(new Set(corpus.map(({ name }) => name)).size).toBe(corpus.length);
  expect(corpus.length).toBeGreaterThanOrEqual(60);
});

test.each(corpus)("$name", async ({ name, expected }) => {
  const fetched = await fetchPage(world, `${origin}/${name}`);
  if (typeof expected === "string" || typeof fetched === "string") {
    expect(fetched).toBe(expected);
    return;
  }
  const metadata = readMetadata(toText(fetched), fetched.url);
  expect({ ...metadata, images: imagesLike(expected, metadata.images) }).toMatchObject(atSite(expected));
});

const toText = ({ bytes, type }: FetchedPage) => decodeHtml(Buffer.from(bytes), type).text;

/** Every field, or only their addresses, as the corpus has them. */
function imagesLike(
  { images: named }: Exclude<CorpusPage["expected"], string>,
  images: ReturnType<typeof readMetadata>["images"],
) {
  return typeof named?.[0] === "string" ? images.map(({ url }) => url) : images;
}

function atSite<T>(value: T): T {
  return JSON.parse(JSON.stringify(value).replaceAll("SITE", origin));
}

test("a page whose site never ends its answer is given up", async () => {
  const endless = createServer((_request, response) => {
    response.writeHead(200, { "content-type": "text/html" }).write("<title>Never");
  });
  await new Promise<void>((done) => endless.listen(0, "127.0.0.1", done));
  const address = endless.address();
  const port = address !== null && typeof address === "object" ? address.port : 0;
  expect(await fetchPage(world, `http://127.0.0.1:${port}/`)).toBe("failing");
  endless.closeAllConnections();
  endless.close();
});

const pieces = fc.constantFrom(
  ...["<", ">", '"', "'", "&", "&#x", ";", "=", "/", "<!--", "-->", "<title>", "</title>", "<svg>", "</svg>"],
  ...[
    "<meta ",
    'property="og:title" ',
    'content="',
    "<script type=application/ld+json>",
    "</script>",
    "{",
    "}",
    "[",
    "]",
  ],
  ...[
    '"@graph":',
    '"@type":"Article"',
    '"headline":',
    "\u0000",
    "\ud800",
    "👩‍👩‍👧",
    "\u0301",
    "<base href=",
    "og:image",
    "http://[",
  ],
);
const htmlLike = fc
  .array(fc.oneof(pieces, fc.string({ unit: "binary", maxLength: 20 })), { maxLength: 60 })
  .map((parts) => parts.join(""));

test("whatever a page holds, its metadata can be shown, stored and followed", () => {
  fc.assert(
    fc.property(htmlLike, (html) => {
      const metadata = readMetadata(html, "https://coast.example/page");
      for (const words of [metadata.title, metadata.description, metadata.siteName, metadata.author]) {
        expect(words.isWellFormed()).toBe(true);
        expect(words).toBe(words.trim());
        expect(words).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
      }
      for (const address of [
        metadata.canonical,
        metadata.icon,
        metadata.oembed,
        ...metadata.images.map(({ url }) => url),
      ])
        if (address !== undefined) expect(new URL(address).protocol).toMatch(/^https?:$/);
      expect(JSON.parse(JSON.stringify(metadata))).toEqual(metadata);
    }),
    { numRuns: 2_000 },
  );
});

test("what is cut keeps whole characters, and never grows", () => {
  const graphemes = (text: string) => [...new Intl.Segmenter().segment(text)].map(({ segment }) => segment);
  fc.assert(
    fc.property(
      fc.string({ unit: "grapheme", maxLength: 80 }),
      fc.integer({ min: 1, max: 60 }),
      (raw, limit) => {
        const text = tidy(raw);
        const cut = clip(text, limit);
        expect(graphemes(cut).length).toBeLessThanOrEqual(Math.max(limit, 1));
        if (cut === text) return;
        expect(cut.endsWith("…")).toBe(true);
        expect(text.startsWith(cut.slice(0, -1))).toBe(true);
      },
    ),
    { numRuns: 2_000 },
  );
});

test("what a page does not say, its site's oEmbed answer may, and no more than that", async () => {
  const answers: Record<string, [string, string]> = {
    "/video": [
      "text/html",
      '<link rel="alternate" type="application/json+oembed" href="/oembed?video"><meta name="description" content="The page says so">',
    ],
    "/oembed?video": [
      "application/json",
      JSON.stringify({
        title: "A film",
        author_name: "Ana",
        thumbnail_url: "/still.jpg",
        html: "<script></script>",
      }),
    ],
    "/full": [
      "text/html",
      '<title>Own</title><meta property="og:image" content="/own.png"><link rel="alternate" type="application/json+oembed" href="/oembed?video">',
    ],
    "/broken": [
      "text/html",
      '<title>Own</title><link rel="alternate" type="application/json+oembed" href="/none">',
    ],
    "/inside": [
      "text/html",
      '<title>Own</title><link rel="alternate" type="application/json+oembed" href="http://localhost:9/">',
    ],
  };
  const asked: string[] = [];
  const tells = createServer((request, response) => {
    asked.push(request.url ?? "");
    const [type, body] = answers[request.url ?? ""] ?? ["text/plain", "no such thing"];
    response.writeHead(200, { "content-type": type }).end(body);
  });
  await new Promise<void>((done) => tells.listen(0, "127.0.0.1", done));
  const at = tells.address();
  const place = `http://127.0.0.1:${at !== null && typeof at === "object" ? at.port : 0}`;
  const read = async (path: string) => {
    const fetched = await fetchPage(world, `${place}${path}`);
    if (typeof fetched === "string") throw new Error(fetched);
    return await completeFromOembed(world, readMetadata(toText(fetched), fetched.url));
  };
  expect(await read("/video")).toMatchObject({
    title: "A film",
    description: "The page says so",
    author: "Ana",
    images: [{ url: `${place}/still.jpg`, alt: "" }],
  });
  expect(await read("/full")).toMatchObject({ title: "Own", images: [{ url: `${place}/own.png` }] });
  expect(asked.filter((path) => path.startsWith("/oembed"))).toHaveLength(1);
  for (const path of ["/broken", "/inside"])
    expect(await read(path)).toMatchObject({ title: "Own", images: [] });
  tells.closeAllConnections();
  tells.close();
});
