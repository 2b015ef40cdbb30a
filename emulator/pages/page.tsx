/** The frame around every page of a simulated network. */
import { html } from "hono/html";
import type { Child } from "hono/jsx";

export interface SimulatedPageProps {
  readonly title: string;
  readonly network: string;
  readonly children: Child;
}

export function SimulatedPage({ title, network, children }: SimulatedPageProps) {
  return html`<!doctype html>${(
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <title>{`${title} · ${network} (simulated)`}</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="/_emulator/style.css" />
      </head>
      <body>
        <header class="top">
          <a href="/">{network}</a>
          <span class="mark">simulated</span>
        </header>
        <main>{children}</main>
      </body>
    </html>
  )}`;
}
