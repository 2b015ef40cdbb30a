/** The three example sites: their metadata, and that no reader waits for Sharewell. */
import { createServer, type RequestListener } from "node:http";
import { afterEach, expect, onTestFinished, test } from "vitest";
import { blog } from "../../../examples/blog/site.tsx";
import { events } from "../../../examples/events/site.tsx";
import { market } from "../../../examples/market/site.tsx";
import { type RunningSite, type Site, startSite } from "../../../examples/site/server.ts";
import { readMetadata } from "../../../src/pages/reading/metadata.ts";

const running: RunningSite[] = [];
afterEach(async () => {
  for (const site of running.splice(0)) await site.stop();
});

async function start<T extends Site["items"][number]>(
  site: Site<T>,
  sharewell: string,
): Promise<RunningSite> {
  const started = await startSite(site, { host: "127.0.0.1", port: 0 });
  started.pointTo(sharewell);
  running.push(started);
  return started;
}

/** A server in place of Sharewell. */
async function startSharewell(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const at = server.address();
  return `http://127.0.0.1:${at !== null && typeof at === "object" ? at.port : 0}/`;
}

const read = async (address: string) => await (await fetch(address)).text();

/** Nothing listens there. */
const DOWN = "http://127.0.0.1:9/";

test.each([
  { start: () => start(blog, DOWN), items: blog.items, type: "BlogPosting" },
  { start: () => start(events, DOWN), items: events.items, type: "Event" },
  { start: () => start(market, DOWN), items: market.items, type: "Product" },
])("every page of a site ($type) says what it is, with a picture that is there", async ({
  start,
  items,
  type,
}) => {
  const { address } = await start();
  const front = await read(address);
  for (const { slug, title, description, picture } of items) {
    expect(front).toContain(`href="/${slug}/"`);
    const url = `${address}${slug}/`;
    const html = await read(url);
    const image = { url: `${address}pictures/${picture.file}`, width: 1_200, height: 630, alt: picture.alt };
    expect(readMetadata(html, url)).toMatchObject({ canonical: url, title, description, images: [image] });
    const told = /<script type="application\/ld\+json">(.*?)<\/script>/s.exec(html)?.[1] ?? "{}";
    expect(JSON.parse(told)["@type"]).toContain(type);
    const file = await fetch(image.url);
    expect(file.headers.get("content-type")).toMatch(/^image\//);
    expect((await file.arrayBuffer()).byteLength).toBeGreaterThan(10_000);
  }
  expect((await fetch(`${address}no-such-page/`)).status).toBe(404);
  expect((await fetch(`${address}pictures/site.jpg`)).status).toBe(404);
});

const post = (site: RunningSite) => `${site.address}${blog.items[0]?.slug}/`;

test("the button is asked for with the page's own address and words, once for many readers", async () => {
  const asked: URL[] = [];
  const sharewell = await startSharewell((request, response) => {
    asked.push(new URL(request.url ?? "/", "http://sharewell/"));
    response.end('<a class="from-sharewell">Share</a>');
  });
  const site = await start(blog, sharewell);
  for (const _reader of [1, 2, 3]) expect(await read(post(site))).toContain("from-sharewell");
  expect(asked).toHaveLength(1);
  expect(asked[0]?.pathname).toBe("/fragments/share-button");
  const { title, description, picture } = blog.items[0] ?? {};
  expect(Object.fromEntries(asked[0]?.searchParams ?? [])).toEqual({
    url: post(site),
    title,
    description,
    image: `${site.address}pictures/${picture?.file}`,
  });
});

test.each([
  ["is down", undefined],
  ["answers badly", (_request, response) => response.writeHead(500).end("Oops")],
  ["does not answer", () => {}],
] satisfies [
  string,
  RequestListener | undefined,
][])("when Sharewell %s, a plain link is there", async (_how, answer) => {
  const sharewell = answer === undefined ? DOWN : await startSharewell(answer);
  const site = await start(blog, sharewell);
  const html = await read(post(site));
  const href = /class="sharewell-button" href="([^"]+)"/.exec(html)?.[1]?.replaceAll("&amp;", "&") ?? "";
  expect(href.startsWith(`${sharewell}social/share/?`)).toBe(true);
  expect(new URL(href).searchParams.get("url")).toBe(post(site));
});

test("a Sharewell that hangs is waited for once, not by every reader", async () => {
  let asked = 0;
  const sharewell = await startSharewell(() => {
    asked += 1;
  });
  const site = await start(blog, sharewell);
  for (const _reader of [1, 2, 3, 4]) await read(post(site));
  expect(asked).toBe(1);
});
