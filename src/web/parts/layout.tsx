/** The frame around every page. */
import type { Child } from "hono/jsx";
import type { Person } from "../../people/people.ts";

export interface LayoutProps {
  readonly title: string;
  /** Signed in: the navigation is shown. */
  readonly person?: Person | undefined;
  /** "dialog": one centred card, for login and sharing. */
  readonly shape?: "page" | "dialog";
  readonly children: Child;
}

export function Layout({ title, children }: LayoutProps) {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{`${title} · Sharewell`}</title>
        <link rel="stylesheet" href="/assets/style.css" />
      </head>
      <body>{children}</body>
    </html>
  );
}
