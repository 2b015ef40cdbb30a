/** A site with hostile pages and pictures, and twelve honest pictures of 48 million pixels. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { drawPicture } from "../../test/harness/networks/pictures.ts";
import { hostilePages } from "../../test/stress/hostile/pages.ts";
import { hostilePictures, largePictures } from "../../test/stress/hostile/pictures.ts";

export interface HostileSite {
  /** Ordinary pages, as many as the hostile ones, each with a picture. */
  readonly honest: readonly string[];
  /** @param round gives the pictures new addresses, so that nothing is cached */
  pages(round: number): readonly string[];
  stop(): void;
}

const PAGES = 200;
/** The size of a page in bytes. */
const SIZE = 100_000;
const LARGE = 12;

export async function startHostileSite(): Promise<HostileSite> {
  const large = await Promise.all(Object.values(largePictures).map((make) => make()));
  const usual = await drawPicture(1_200, 630);
  const odd = await Promise.all(hostilePictures.map(async ({ make }) => await make()));
  const pictureOf = (page: number) => {
    const from = page % Math.floor(PAGES / LARGE) === 0 ? large : odd;
    return from[page % from.length] ?? new Uint8Array();
  };
  // Created before anything is measured, since this takes CPU that the service needs.
  const bodies = hostilePages.map(({ make, type = "text/html; charset=utf-8" }) => ({
    type,
    body: make(SIZE),
  }));
  const pageOf = (page: number, round: string) => {
    const { type, body } = bodies[page % bodies.length] ?? { type: "text/html", body: "" };
    return { type, html: `<meta property="og:image" content="/picture/${page}.png${round}">${body}` };
  };
  const server = createServer((request, response) => {
    const [, kind, number = "", round = ""] = /^\/(\w+)\/(\d*)[.png]*(\?\d+)?/.exec(request.url ?? "") ?? [];
    const page = Number(number);
    if (kind === "picture") {
      response.writeHead(200, { "content-type": "image/png" }).end(pictureOf(page));
    } else if (kind === "page") {
      const { type, html } = pageOf(page, round);
      response.writeHead(200, { "content-type": type }).end(html);
    } else if (kind === "photo") {
      response.writeHead(200, { "content-type": "image/png" }).end(usual);
    } else {
      const words = `<p>${"We walked on along the shore. ".repeat(1_000)}</p>`;
      const html = `<title>A walk by the sea</title><meta property="og:image" content="/photo/${number}.png">${words}`;
      response.writeHead(200, { "content-type": "text/html" }).end(html);
    }
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  return {
    honest: Array.from({ length: PAGES }, (_, page) => `http://h${page}.localhost:${port}/honest/${page}`),
    // One site per page, as an attacker would do it.
    pages: (round) =>
      Array.from({ length: PAGES }, (_, page) => `http://s${page}.localhost:${port}/page/${page}?${round}`),
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}
