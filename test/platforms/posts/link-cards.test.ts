/** Compares our previews of link cards with the cards that the simulated networks make of the same pages. */

import { createServer, type Server } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeMetaCard, makeXCard } from "../../../emulator/crawl/cards.ts";
import { type MastodonCard, makeMastodonCard } from "../../../emulator/mastodon/card/cards.ts";
import type { PlatformName } from "../../../src/platforms/platform.ts";
import { drawLinkCard, type LinkCard } from "../../../src/platforms/registry.ts";
import { toCardSource } from "../../../src/web/share/cards/link-cards.ts";
import { inEnglish } from "../../../src/words/words.ts";
import { drawPicture } from "../../harness/networks/pictures.ts";
import { startTestService, type TestService } from "../../harness/services/service.ts";

let service: TestService;
let site: Server;
let origin: string;
const pages = new Map<string, string>();
/** If it is not text/html. */
const types = new Map<string, string>();

beforeAll(async () => {
  service = await startTestService();
  site = createServer(async (request, response) => {
    const path = request.url ?? "/";
    const [, width, height] = /^\/(\d+)x(\d+)\.png$/.exec(path) ?? [];
    if (width !== undefined) {
      response
        .writeHead(200, { "content-type": "image/png" })
        .end(await drawPicture(Number(width), Number(height)));
      return;
    }
    const html = pages.get(path);
    const type = types.get(path) ?? "text/html";
    response.writeHead(html === undefined ? 404 : 200, { "content-type": type }).end(html);
  });
  await new Promise<void>((done) => site.listen(0, "127.0.0.1", done));
  const at = site.address();
  origin = `http://127.0.0.1:${at !== null && typeof at === "object" ? at.port : 0}`;
});
afterAll(async () => {
  await service.stop();
  site.closeAllConnections();
  site.close();
});

async function foretell(path: string): Promise<(name: PlatformName) => LinkCard> {
  const link = { url: `${origin}${path}`, title: "", description: "", image: undefined };
  const known = await service.runtime.pages.describe(link, { patienceMs: 60_000, afresh: true });
  return (name) => drawLinkCard(name, toCardSource(known));
}

function serve(head: string): string {
  const path = `/${pages.size}.html`;
  pages.set(path, `<!doctype html><head><title>Plain title</title>${head}</head>`);
  return path;
}

const og = (name: string, content: string) => `<meta property="og:${name}" content="${content}">`;
const twitter = (name: string, content: string) => `<meta name="twitter:${name}" content="${content}">`;
const graph = og("type", "article") + og("title", "From Open Graph") + og("description", "Described");

const heads = {
  "no tags": "",
  "half of Open Graph": og("title", "Half"),
  "Open Graph": graph,
  "a small card's tag": graph + twitter("card", "summary"),
  "a large card's tag": graph + twitter("card", "summary_large_image"),
  "X's own words":
    graph + twitter("card", "summary") + twitter("title", "Own title") + twitter("description", "Own"),
  "a long title": og("title", "A title of many words ".repeat(6)) + twitter("card", "summary"),
  "an author": `${graph}<meta name="fediverse:creator" content="@ana@social.example">`,
};
const pictures = [
  "none",
  "1200x630",
  "600x314",
  "299x157",
  "250x250",
  "190x190",
  "140x140",
  "630x1200",
  "4200x2100",
];

describe.each(Object.entries(heads))("a page with %s", (_what, head) => {
  test.each(pictures)("and a picture of %s", async (picture) => {
    const path = serve(head + (picture === "none" ? "" : og("image", `/${picture}.png`)));
    const card = await foretell(path);
    const { twitter, facebook, threads, mastodon } = service.emulator;
    const url = `${origin}${path}`;
    const soon = AbortSignal.timeout(60_000);

    const x = await makeXCard(twitter.world, url, soon);
    expect(card("twitter").layout).toBe(x === null ? "none" : x.kind === "large" ? "wide" : "small");
    if (x !== null) expect(card("twitter").picture !== undefined).toBe(x.picture !== undefined);
    if (x?.kind === "summary")
      expect(card("twitter")).toMatchObject({ title: x.title, description: x.description, site: x.siteName });

    for (const [name, world] of [
      ["facebook", facebook.world],
      ["threads", threads.world],
    ] as const) {
      const meta = await makeMetaCard(world, url, soon);
      const shown = card(name);
      expect(shown.layout === "wide").toBe(meta?.kind === "large");
      expect(shown.picture !== undefined).toBe(meta?.picture !== undefined);
      expect(shown.title).toBe(meta?.title);
    }

    expectAsMastodon(card("mastodon"), await makeMastodonCard(mastodon.world, url, soon), url);
  });
});

function expectAsMastodon(shown: LinkCard, made: MastodonCard | null, url: string): void {
  expect(shown.layout === "none").toBe(made === null);
  if (made === null) return;
  const { card, creator } = made;
  expect(shown.layout === "wide").toBe(card.kind === "large" && card.picture !== undefined);
  expect(shown.picture?.width).toBe(card.picture?.width);
  expect(shown).toMatchObject({ title: card.title, site: card.siteName || new URL(url).hostname });
  const author = card.more?.authorName ?? "";
  if (creator !== undefined) expect(shown.byline).toBe(`More from ${creator}`);
  else if (author !== "") expect(shown.byline).toBe(`By ${author}`);
  else expect(shown.description).toBe(card.description);
}

const jsonLd = (data: unknown, comment = "") =>
  `<script type="application/ld+json">${comment}${typeof data === "string" ? data : JSON.stringify(data)}</script>`;
const news = { "@type": "NewsArticle", headline: "Of the article", description: "Told by it" };
const picture = og("image", "/1200x630.png");

/**
 * According to Mastodon's code (docs/networks/link-cards.md, section 4). That code was run on public pages, where the
 * emulator agrees with it except for those named in docs/testing/witnesses.md. These few come from reading it.
 */
const readByMastodon: Record<string, [page: string, card: Partial<LinkCard>, warning?: string]> = {
  "a news article's JSON-LD": [
    graph + jsonLd({ ...news, author: { name: "Ana Lima" }, publisher: { name: "The Paper" } }),
    { title: "Of the article", byline: "By Ana Lima", site: "The Paper" },
    "takes the title of the JSON-LD NewsArticle, not og:title",
  ],
  "a web page's JSON-LD": [
    graph + jsonLd([{ "@type": "Person" }, { "@type": "WebPage", description: "Of the page" }]),
    { title: "From Open Graph", description: "Of the page" },
    "takes the description of the JSON-LD WebPage",
  ],
  "a plain article's JSON-LD": [
    graph + jsonLd({ ...news, "@type": "Article" }),
    { title: "From Open Graph", description: "Described" },
  ],
  "a blog post's JSON-LD": [
    graph + jsonLd({ ...news, "@type": "BlogPosting" }),
    { title: "From Open Graph", description: "Described" },
  ],
  "several types in one": [
    graph + jsonLd({ ...news, "@type": ["NewsArticle", "Article"] }),
    { title: "From Open Graph" },
  ],
  "a graph": [graph + jsonLd({ "@graph": [news] }), { title: "From Open Graph" }],
  "JSON-LD with a comment": [graph + jsonLd(news, "/* ours */ "), { title: "Of the article" }],
  "JSON-LD with entities that break it": [
    graph + jsonLd('{"@type":"NewsArticle","headline":"A &quot;word&quot;"}'),
    { title: "From Open Graph" },
  ],
  "JSON-LD in comments of XHTML": [
    graph + jsonLd(`//<![CDATA[\n${JSON.stringify(news)}\n//]]>`),
    { title: "Of the article" },
  ],
  "several authors": [
    graph + jsonLd({ ...news, author: [{ name: ["Ana Lima", "Ben Moor"] }, { name: "Cai" }] }),
    { byline: "By Ana Lima, Ben Moor" },
  ],
  "an author as a plain text": [
    graph + jsonLd({ ...news, author: "Ana Lima" }),
    { description: "Told by it" },
  ],
  "an author in Open Graph": [graph + og("author", "Ana Lima"), { byline: "By Ana Lima" }],
  "X's words alone": [
    twitter("title", "For X") + twitter("description", "Too"),
    { title: "Plain title", description: "" },
    "does not read twitter:title: it needs og:title",
  ],
  "X's picture alone": [
    graph + twitter("image", "/1200x630.png"),
    { layout: "words" },
    "no picture: it reads only og:image",
  ],
  "only the secure address of a picture": [
    graph + og("image:secure_url", "/1200x630.png"),
    { layout: "words" },
    "no picture: it reads only og:image",
  ],
  "a scheme in capitals": [
    graph + og("image", "HTTP://cdn.example/a.png"),
    { layout: "words" },
    "must start with https:// or http://",
  ],
  "a blank before a picture's address": [
    graph + og("image", " http://cdn.example/a.png"),
    { layout: "words" },
    "must start with https:// or http://",
  ],
  "a base": [
    `<base href="/elsewhere/">${graph}${og("image", "1200x630.png")}`,
    { layout: "wide", title: "From Open Graph" },
  ],
  "an empty first title": [og("title", "") + graph, { layout: "none" }, "the page’s first og:title is empty"],
  "names in capitals": ['<META NAME="OG:Title" CONTENT="In capitals">', { title: "In capitals" }],
  "two names in one tag": [
    '<meta property="og:title twitter:title" content="Two">',
    { title: "Plain title" },
  ],
  "entities written twice": [
    og("title", "Fish &amp;amp; chips") + og("description", "&amp;lt;b&amp;gt;"),
    { title: "Fish & chips", description: "<b>" },
  ],
  "tags in a template": [`<template>${og("site_name", "Within")}</template>`, { site: "Within" }],
  "a player": [graph + picture + twitter("player", "https://video.example/1"), { layout: "wide" }],
  "a high picture": [graph + og("image", "/630x1200.png"), { layout: "small" }],
  "a picture hardly wider than high": [graph + og("image", "/201x200.png"), { layout: "wide" }],
  "a site without a name": [graph + og("site_name", ""), { site: "127.0.0.1" }],
};

test.each(
  Object.entries(readByMastodon),
)("Mastodon's server and our preview make the same of %s", async (_what, [head, expected, warning]) => {
  await expectAlike(serve(head), expected, warning);
});

async function expectAlike(path: string, expected: Partial<LinkCard>, warning?: string): Promise<void> {
  const shown = (await foretell(path))("mastodon");
  const url = `${origin}${path}`;
  const made = await makeMastodonCard(service.emulator.mastodon.world, url, AbortSignal.timeout(60_000));
  expect(shown).toMatchObject(expected);
  expectAsMastodon(shown, made, url);
  const told = shown.warnings.map(inEnglish).join(" ");
  if (warning !== undefined) expect(told).toContain(warning);
}

test("a title behind an element that ends the head is none for Mastodon", async () => {
  const path = serve("");
  pages.set(path, '<head><noscript><img src="pixel.png"></noscript><title>Behind it</title></head>');
  await expectAlike(path, { layout: "none" }, "no title in the page’s head");
  pages.set(path, "<head>&nbsp;<title>Behind a blank</title></head>");
  await expectAlike(path, { layout: "none" });
  pages.set(path, '<head><noscript><link rel="x"></noscript></head>\n<title>Behind the head</title><body>');
  await expectAlike(path, { title: "Behind the head" });
});

test("Mastodon reads a page's first megabyte, and only pages of the type text/html", async () => {
  const path = serve("");
  pages.set(path, `<title>Long</title><!--${"x".repeat(1_024 * 1_024)}-->${graph}`);
  await expectAlike(path, { title: "Long" });
  types.set(path, "application/xhtml+xml");
  await expectAlike(path, { layout: "none" }, "reads only pages of the type text/html");
});

describe("a page with an oEmbed address", () => {
  const link = '<link rel="x" type="application/json+oembed" href="/oembed.json">';
  const answer = (told: object) => pages.set("/oembed.json", JSON.stringify({ version: "1.0", ...told }));

  test.each<[string, object, Partial<LinkCard>]>([
    ["link", { title: "Told", thumbnail_url: "/600x314.png" }, { title: "Told", layout: "wide" }],
    ["photo", { title: "Told", url: "/140x140.png" }, { title: "Told", layout: "small" }],
    ["video", { title: "Told", author_name: "Ana" }, { title: "Told", byline: "By Ana" }],
    ["photo", { title: "Told" }, { title: "From Open Graph" }],
    ["rich", { title: "Told" }, { title: "From Open Graph" }],
  ])("of the type %s: Mastodon asks there first", async (type, told, expected) => {
    answer({ type, ...told });
    await expectAlike(serve(graph + link), expected);
  });

  test("without its version, an answer counts for nothing", async () => {
    pages.set("/oembed.json", JSON.stringify({ type: "link", title: "Told" }));
    await expectAlike(serve(graph + link), { title: "From Open Graph" });
  });
});

test("X takes the last of several twitter:card, and no title, text or picture but from its tags and Open Graph", async () => {
  const several = graph + twitter("card", "summary") + picture + twitter("card", "summary_large_image");
  expect((await foretell(serve(several)))("twitter").layout).toBe("wide");
  const bare = '<meta name="description" content="Plain"><link rel="image_src" href="/1200x630.png">';
  const path = serve(twitter("card", "summary") + bare);
  const soon = AbortSignal.timeout(60_000);
  expect(await makeXCard(service.emulator.twitter.world, `${origin}${path}`, soon)).toBeNull();
  expect((await foretell(path))("twitter").layout).toBe("none");
  expect(await warned(twitter("card", "summary") + bare, "twitter")).toContain(
    "neither twitter:title nor og:title",
  );
  const titled = (await foretell(serve(twitter("card", "summary") + og("title", "T") + bare)))("twitter");
  expect(titled).toMatchObject({ layout: "small", title: "T", description: "" });
  expect(titled.picture).toBeUndefined();
});

test("Facebook guesses where a page names neither title nor picture, and wants full addresses", async () => {
  const guessed = (await foretell(serve("")))("facebook").unsure;
  expect(inEnglish(guessed ?? "")).toBe("Without og:title and og:image, Facebook guesses what to show.");
  expect((await foretell(serve(graph + picture)))("threads").unsure).toBeUndefined();
  expect(await warned(graph + picture, "facebook")).toContain("requires a full address in og:image");
});

test("X prefers the picture of its own tag, the others that of Open Graph", async () => {
  const card = await foretell(
    serve(
      graph +
        twitter("card", "summary_large_image") +
        twitter("image", "/600x300.png") +
        og("image", "/1200x630.png"),
    ),
  );
  expect(card("twitter").picture?.width).toBe(600);
  expect(card("facebook").picture?.width).toBe(1_200);
});

const warned = async (head: string, name: PlatformName) =>
  (await foretell(serve(head)))(name).warnings.map(inEnglish).join(" ");

test("each network's warnings say what is missing, and where", async () => {
  const none = "<title>Bare</title>";
  expect(await warned(none, "twitter")).toContain("the page has no twitter:card");
  expect(await warned(graph, "twitter")).toContain("no twitter:card of summary_large_image");
  expect(await warned(none, "instagram")).toBe(
    "Instagram needs a picture, but the page does not specify one (og:image).",
  );
  expect(await warned(none, "linkedin")).toBe("LinkedIn will show no picture: the page names no picture.");
  expect(await warned(none, "facebook")).toContain("the page names none (og:image)");
  expect(await warned(og("image", "/gone.png"), "facebook")).toContain("cannot be fetched or read");
  expect(await warned(og("image", "/400x300.png"), "facebook")).toContain(
    "only a small picture if it has less than 600 × 315 pixels. This one is 400 × 300",
  );
  expect(await warned(og("image", "/1200x300.png"), "linkedin")).toBe(
    "LinkedIn shows this 4.0:1 picture cut to 1.91:1.",
  );
  expect(await warned(og("image", "/1200x630.png"), "facebook")).toContain("og:image:width");
  expect(await warned('<meta name="fediverse:creator" content="Ana Lima">', "mastodon")).toContain(
    "must be a handle",
  );
  expect(await warned(og("url", "https://other.example/page") + graph, "facebook")).toContain(
    "other.example",
  );
});

test.each([
  ["1080x1080", { layout: "picture", ratio: 1 }],
  ["1000x1300", { layout: "picture", ratio: 0.8 }],
  ["300x1200", { layout: "picture", ratio: 0.8, margin: true }],
  ["1500x630", { layout: "picture", ratio: 1.91 }],
])("Instagram shows a picture of %s as the post, made fit", async (picture, expected) => {
  const card = (await foretell(serve(og("image", `/${picture}.png`))))("instagram");
  expect(card).toMatchObject(expected);
  expect(card.margin).toBe("margin" in expected ? true : undefined);
});

test("of a page that cannot be read, nothing is foretold that only the page could tell", async () => {
  const card = await foretell("/missing.html");
  for (const name of ["twitter", "mastodon"] as const) expect(card(name).layout).toBe("none");
  for (const name of ["twitter", "facebook", "threads", "mastodon"] as const)
    expect(inEnglish(card(name).unsure ?? "")).toContain("We could not");
  expect(card("linkedin")).toMatchObject({ layout: "words", title: new URL(origin).host });
  // A page that was not read is not said to lack anything.
  expect(card("instagram").warnings.map(inEnglish).join()).toContain(
    "we could not read the page to find one",
  );
  expect(card("linkedin").warnings.map(inEnglish).join()).toContain(
    "we could not read the page, so we know of none",
  );
});

test("addresses in the text are written as each network writes them", async () => {
  pages.set("/a-long-way-to-go-before-the-end-of-it", "<title>T</title>");
  const card = await foretell("/a-long-way-to-go-before-the-end-of-it");
  expect(card("twitter").address).toMatch(/^127\.0\.0\.1:\d+\/a-long-way-to-go-/);
  expect(card("twitter").address).toMatch(/…$/);
  expect(card("mastodon").address).toHaveLength(31);
  expect(card("instagram").address).toBeUndefined();
});
