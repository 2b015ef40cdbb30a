/** Serves one of the example sites: a front page, a page for each item with its share button, styles and pictures. */
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { getRequestListener } from "@hono/node-server";
import { Hono } from "hono";
import type { JSX } from "hono/jsx/jsx-runtime";
import type { Item } from "./page.tsx";
import { createShareButton, writeComponent } from "./share-button.ts";

export interface Site<T extends Item = Item> {
  readonly name: string;
  /** The folder of its styles and pictures. */
  readonly folder: string;
  readonly items: readonly T[];
  /** Whether its pages use the web component, which the browser loads, instead of the fragment. */
  readonly usesComponent?: true;
  /** @param origin the site's address, without a slash at its end */
  showFront(origin: string): JSX.Element | Promise<JSX.Element>;
  /** @param button the share button, as HTML */
  showItem(item: T, place: Place, button: string): JSX.Element | Promise<JSX.Element>;
}

/** The public addresses of an item. */
interface Place {
  readonly origin: string;
  readonly url: string;
  readonly picture: string;
}

export interface RunningSite {
  readonly port: number;
  /** With a slash at its end. */
  readonly address: string;
  /** Sets Sharewell's address. */
  pointTo(sharewell: string): void;
  stop(): Promise<void>;
}

export interface Listening {
  readonly host: string;
  readonly port: number;
}

/** @throws {PortUnavailable} */
export async function startSite<T extends Item>(site: Site<T>, listening: Listening): Promise<RunningSite> {
  let sharewell = "http://127.0.0.1:4100/";
  let shareButton = createShareButton(sharewell);
  let origin = "";
  const pages = new Hono()
    .get("/", async (context) => context.html(await site.showFront(origin)))
    .get("/style.css", (context) =>
      context.body(readFileSync(join(site.folder, "style.css"), "utf8"), 200, {
        "content-type": "text/css; charset=utf-8",
      }),
    )
    .get("/pictures/:file{[\\w-]+\\.(?:jpg|png)}", (context) => {
      const file = context.req.param("file");
      if (!site.items.some(({ picture }) => picture.file === file)) return context.notFound();
      return context.body(readFileSync(join(site.folder, "pictures", file)), 200, {
        "content-type": file.endsWith(".png") ? "image/png" : "image/jpeg",
      });
    })
    .get("/:slug/", async (context) => {
      const item = site.items.find(({ slug }) => slug === context.req.param("slug"));
      if (item === undefined) return context.notFound();
      const { title, description } = item;
      const url = `${origin}/${item.slug}/`;
      const picture = `${origin}/pictures/${item.picture.file}`;
      const page = { url, title, description, image: picture };
      const button = site.usesComponent ? writeComponent(sharewell, page) : await shareButton(page);
      return context.html(await site.showItem(item, { origin, url, picture }, button));
    });
  const { port, stop } = await listen(pages, listening, site.name);
  origin = `http://${listening.host}:${port}`;
  return {
    port,
    address: `${origin}/`,
    pointTo: (address) => {
      sharewell = address;
      shareButton = createShareButton(sharewell);
    },
    stop,
  };
}

/** @throws {PortUnavailable} */
export async function listen(
  pages: Hono,
  { host, port }: Listening,
  name: string,
): Promise<{ readonly port: number; stop(): Promise<void> }> {
  const server = createServer(getRequestListener(pages.fetch));
  await new Promise<void>((done, fail) => {
    server.once("error", (error: NodeJS.ErrnoException) =>
      fail(error.code === "EADDRINUSE" ? portInUse(port, name) : error),
    );
    server.listen(port, host, () => done());
  });
  return {
    port: (server.address() as AddressInfo).port,
    stop: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

function portInUse(port: number, name: string): Error {
  const error = new Error(
    `Port ${port}, meant for the example site ${name}, is in use: stop what uses it, or choose another.`,
  );
  error.name = "PortUnavailable";
  return error;
}
