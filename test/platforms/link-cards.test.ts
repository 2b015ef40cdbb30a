/** What we foretell of link cards, held against the cards that the simulated networks make of the same pages. */

import { createServer, type Server } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeMastodonCard, makeMetaCard, makeXCard } from "../../emulator/cards.ts";
import type { PlatformName } from "../../src/platforms/platform.ts";
import { drawLinkCard, type LinkCard } from "../../src/platforms/registry.ts";
import { toCardSource } from "../../src/web/link-cards.ts";
import { inEnglish } from "../../src/words/words.ts";
import { drawPicture } from "../harness/pictures.ts";
import { startTestService, type TestService } from "../harness/service.ts";

let service: TestService;
let site: Server;
let origin: string;
const pages = new Map<string, string>();

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
    response.writeHead(html === undefined ? 404 : 200, { "content-type": "text/html" }).end(html);
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
  const known = await service.runtime.pages.describe(link, { patienceMs: 5_000, afresh: true });
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
    const soon = AbortSignal.timeout(8_000);

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

    const toot = await makeMastodonCard(mastodon.world, url, soon);
    const shown = card("mastodon");
    expect(shown.layout === "wide").toBe(toot?.card.kind === "large");
    expect(shown.picture !== undefined).toBe(toot?.card.picture !== undefined);
    expect(shown).toMatchObject({ title: toot?.card.title, site: toot?.card.siteName });
    expect(shown.byline).toBe(toot?.creator && `More from ${toot.creator}`);
  });
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
  expect(await warned(none, "instagram")).toBe("Instagram needs a picture. The page names none (og:image).");
  expect(await warned(none, "linkedin")).toBe("LinkedIn will show no picture: the page names no picture.");
  expect(await warned(none, "facebook")).toContain("the page names none (og:image)");
  expect(await warned(og("image", "/gone.png"), "facebook")).toContain("cannot be fetched or read");
  expect(await warned(og("image", "/400x300.png"), "facebook")).toContain(
    "below 600 × 315 pixels small: this one has 400 × 300",
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
});

test("addresses in the text are written as each network writes them", async () => {
  pages.set("/a-long-way-to-go-before-the-end-of-it", "<title>T</title>");
  const card = await foretell("/a-long-way-to-go-before-the-end-of-it");
  expect(card("twitter").address).toMatch(/^127\.0\.0\.1:\d+\/a-long-way-to-go-/);
  expect(card("twitter").address).toMatch(/…$/);
  expect(card("mastodon").address).toHaveLength(31);
  expect(card("instagram").address).toBeUndefined();
});
