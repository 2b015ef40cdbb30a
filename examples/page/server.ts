/** A small site with one article that carries a share link, and the demo's outbox of mails. */
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { getRequestListener } from "@hono/node-server";
import { Hono } from "hono";
import { articlePage, type OutboxMail, outboxPage } from "./pages.ts";

export interface ExamplePage {
  readonly port: number;
  readonly address: string;
  /** Tells the share link where Sharewell is. */
  pointTo(sharewell: string): void;
  stop(): Promise<void>;
}

/** @param options.outbox shown at /outbox/, as it is at that moment */
export async function startExamplePage(options: {
  readonly host: string;
  readonly port: number;
  readonly outbox: readonly OutboxMail[];
}): Promise<ExamplePage> {
  const picture = readFileSync(join(import.meta.dirname, "lighthouse.png"));
  const style = readFileSync(join(import.meta.dirname, "style.css"), "utf8");
  let sharewell = "http://127.0.0.1:4100/";
  let address = "";
  const site = new Hono()
    .get("/", (context) => context.html(articlePage({ address, sharewell })))
    .get("/outbox/", (context) => context.html(outboxPage(options.outbox)))
    .get("/style.css", (context) => context.body(style, 200, { "content-type": "text/css; charset=utf-8" }))
    .get("/lighthouse.png", (context) => context.body(picture, 200, { "content-type": "image/png" }));
  const server = createServer(getRequestListener(site.fetch));
  await new Promise<void>((done, fail) => {
    server.once("error", (error: NodeJS.ErrnoException) =>
      fail(error.code === "EADDRINUSE" ? portInUse(options.port) : error),
    );
    server.listen(options.port, options.host, () => done());
  });
  const { port } = server.address() as AddressInfo;
  address = `http://${options.host}:${port}/`;
  return {
    port,
    address,
    pointTo: (origin) => {
      sharewell = origin;
    },
    stop: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

function portInUse(port: number): Error {
  const error = new Error(
    `Port ${port} is in use: stop what uses it, or choose another for the example page with --page-port or DEMO_PAGE_PORT.`,
  );
  error.name = "PortUnavailable";
  return error;
}
