/** Link cards are made from the linked page, as docs/networks/link-cards.md says of X and Mastodon. */
import { createServer, type Server } from "node:http";
import sharp from "sharp";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { makeXCard, readPage } from "../../emulator/crawl/cards.ts";
import type { LinkCard } from "../../emulator/network.ts";
import { type Emulator, startEmulator } from "../../emulator/server.ts";
import { MastodonSteps } from "./mastodon-steps.ts";

let emulator: Emulator;
let site: Server;
let origin: string;
/** The site's answers, by path. */
const pages = new Map<string, { type: string; body: string | Buffer; status?: number; location?: string }>();

beforeAll(async () => {
  emulator = await startEmulator();
  site = createServer((request, response) => {
    const page = pages.get(request.url ?? "");
    const headers = {
      "content-type": page?.type ?? "text/plain",
      ...(page?.location && { location: page.location }),
    };
    response.writeHead(page ? (page.status ?? 200) : 404, headers).end(page?.body);
  });
  await new Promise<void>((done) => {
    site.listen(0, "127.0.0.1", done);
  });
  const address = site.address();
  origin = `http://blog.localhost:${typeof address === "object" ? address?.port : 0}`;
});
beforeEach(() => {
  emulator.mastodon.world.reset();
  pages.clear();
});
afterAll(async () => {
  site.closeAllConnections();
  site.close();
  await emulator.stop();
});

function html(tags: string): void {
  pages.set("/page", { type: "text/html; charset=utf-8", body: `<html><head>${tags}</head></html>` });
}

async function picture(path: string, width: number, height: number): Promise<void> {
  const image = sharp({ create: { width, height, channels: 3, background: "teal" } });
  pages.set(path, { type: "image/png", body: await image.png().toBuffer() });
}

const og = (name: string, content: string) => `<meta property="og:${name}" content="${content}">`;
const twitter = (name: string, content: string) => `<meta name="twitter:${name}" content="${content}">`;
const about = og("title", "From Open Graph") + og("description", "Described") + og("type", "article");

describe("reading a page", () => {
  const page = `<title> The
    title &amp; more </title><meta name="description" content="Plain">${og("image", "/a.png")}
    ${twitter("title", "Bird title")}${twitter("image", "https://cdn.example/b.png")}
    <meta name="fediverse:creator" content="@ana@mastodon.localhost"><link rel="canonical" href="/canonical">`;

  test("each network has its order of tags, and falls back", () => {
    const url = "https://www.example.org/page?x=1";
    expect(readPage(page, url, "og")).toMatchObject({
      title: "Bird title",
      description: "Plain",
      image: "https://www.example.org/a.png",
      siteName: "example.org",
      url: "https://www.example.org/canonical",
    });
    expect(readPage(og("title", "Graph") + page, url, "og").title).toBe("Graph");
    expect(readPage(og("title", "Graph") + page, url, "twitter")).toMatchObject({
      title: "Bird title",
      image: "https://cdn.example/b.png",
    });
    expect(readPage("<title> The\n title &amp; more </title>", url, "og").title).toBe("The title & more");
  });

  test("an image that is no web address is none", () => {
    expect(
      readPage(og("image", "data:image/png;base64,AAAA"), "https://example.org/", "og").image,
    ).toBeUndefined();
  });
});

describe("X", () => {
  const card = (path = "/page"): Promise<LinkCard | null> =>
    makeXCard(emulator.twitter.world, origin + path, AbortSignal.timeout(5000));

  test("a large card needs its tag and a picture of 300 by 157", async () => {
    html(about + twitter("card", "summary_large_image") + og("image", "/a.png") + og("image:alt", "Teal"));
    await picture("/a.png", 300, 157);
    expect(await card()).toMatchObject({ kind: "large", picture: { width: 300, height: 157, altText: "" } });
    await picture("/a.png", 299, 157);
    expect(await card()).toMatchObject({ kind: "summary", picture: { width: 299 } });
    await picture("/a.png", 143, 143);
    const small = await card();
    expect(small?.kind).toBe("summary");
    expect(small).not.toHaveProperty("picture");
  });

  test("without its tag, three Open Graph tags make a summary, fewer make nothing", async () => {
    html(about);
    expect(await card()).toMatchObject({
      kind: "summary",
      title: "From Open Graph",
      siteName: "blog.localhost",
    });
    html(og("title", "From Open Graph") + og("type", "article"));
    expect(await card()).toBeNull();
  });

  test("its own tags come first, cut at 70 and 200 characters", async () => {
    html(
      about +
        twitter("card", "summary") +
        twitter("title", "t".repeat(90)) +
        twitter("description", "d".repeat(300)),
    );
    const { title, description } = (await card()) ?? {};
    expect([title?.length, description?.length]).toEqual([70, 200]);
  });

  test("a page that fails, is no HTML, or is not on this machine has no card", async () => {
    expect(await card("/missing")).toBeNull();
    pages.set("/page", { type: "application/json", body: "{}" });
    expect(await card()).toBeNull();
    expect(
      await makeXCard(emulator.twitter.world, "http://192.0.2.1/", AbortSignal.timeout(5000)),
    ).toBeNull();
    pages.set("/away", { type: "text/html", body: "", status: 302, location: "http://192.0.2.1/" });
    expect(await card("/away")).toBeNull();
  });
});

describe("Mastodon", () => {
  const mastodon = () => new MastodonSteps(emulator);
  const cardOf = () => emulator.mastodon.world.memory.posts[0]?.card;

  async function postLink(body: Record<string, unknown> = {}) {
    const { access_token } = await mastodon().connect();
    await mastodon().switch({ cardDelayMs: 0 });
    return mastodon().posted(access_token, { status: `Read ${origin}/page now`, ...body });
  }

  test("the answer has no card; a moment later the status has one", async () => {
    html(about + og("site_name", "The Blog") + og("image", "/a.png") + og("image:alt", "Teal"));
    await picture("/a.png", 1200, 630);
    const status = await postLink();
    expect(status.card).toBeNull();
    await expect.poll(cardOf).toMatchObject({ kind: "large" });
    const read = await (await mastodon().get(`/api/v1/statuses/${status.id}`)).json();
    expect(read.card).toMatchObject({
      url: `${origin}/page`,
      title: "From Open Graph",
      description: "Described",
      type: "link",
      provider_name: "The Blog",
      width: 1200,
      height: 630,
      authors: [],
      image_description: "Teal",
    });
    expect((await fetch(read.card.image.replace("mastodon.localhost", "127.0.0.1"))).status).toBe(200);
  });

  test("a square picture makes a compact card", async () => {
    html(about + og("image", "/a.png"));
    await picture("/a.png", 400, 400);
    await postLink();
    await expect.poll(cardOf).toMatchObject({ kind: "summary", picture: { width: 400 } });
  });

  test("a content warning hides a card, which is there nevertheless", async () => {
    html(about);
    await postLink({ spoiler_text: "Careful" });
    await expect.poll(cardOf).toMatchObject({ kind: "summary" });
  });

  test("a link to the server itself gets none: the next one does", async () => {
    html(about);
    await postLink({ status: `See http://mastodon.localhost/@ana and ${origin}/page` });
    await expect.poll(cardOf).toMatchObject({ url: `${origin}/page` });
  });

  test("it follows three redirects, not four", async () => {
    html(about);
    for (const [from, to] of [
      ["/four", "/three"],
      ["/three", "/two"],
      ["/two", "/one"],
      ["/one", "/page"],
    ] as const)
      pages.set(from, { type: "text/html", body: "", status: 302, location: to });
    const { access_token } = await mastodon().connect();
    await mastodon().switch({ cardDelayMs: 0 });
    await mastodon().posted(access_token, { status: `${origin}/four` });
    await mastodon().posted(access_token, { status: `${origin}/three` });
    await expect
      .poll(() => emulator.mastodon.world.memory.posts[1]?.card)
      .toMatchObject({ title: "From Open Graph" });
    expect(cardOf()).toBeNull();
  });

  test.each([
    ["neither tag nor domain", "", [], []],
    ["the tag, but another domain", "@ana@mastodon.localhost", ["example.org"], []],
    ["tag and domain", "@ana@mastodon.localhost", ["blog.localhost"], ["Ana Lima"]],
    ["somebody else's tag", "@ben@mastodon.localhost", [], []],
  ])("a byline needs tag and allowed domain: %s", async (_what, creator, attributionDomains, names) => {
    html(`${about}<meta name="fediverse:creator" content="${creator}">`);
    await mastodon().control("accounts", { username: "ana", attributionDomains });
    const { id } = await postLink();
    await expect.poll(cardOf).not.toBeNull();
    const { card } = await (await mastodon().get(`/api/v1/statuses/${id}`)).json();
    expect(card.authors.map(({ name }: { name: string }) => name)).toEqual(names);
    const timeline = await (await mastodon().get("/")).text();
    expect(timeline.includes("More from Ana Lima")).toBe(names.length > 0);
  });
});
