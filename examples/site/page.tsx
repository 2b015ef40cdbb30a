/** What every page of the example sites has: its frame, and what it says of itself to networks and search engines. */
import { raw } from "hono/html";
import type { Child } from "hono/jsx";

export interface Picture {
  /** In the site's folder of pictures: "lighthouse.png". */
  readonly file: string;
  readonly alt: string;
}

/** A blog post, an event or a product, as far as all sites have it in common. */
export interface Item {
  /** Its place on the site: "the-slow-ferry". */
  readonly slug: string;
  readonly title: string;
  readonly description: string;
  readonly picture: Picture;
}

interface PageProps {
  readonly site: string;
  readonly title: string;
  readonly description: string;
  /** This page's own public address. */
  readonly url: string;
  readonly picture: { readonly url: string; readonly alt: string };
  /** Open Graph's word for what it is. */
  readonly type: "website" | "article" | "product";
  /** What it is, in schema.org's words. */
  readonly about: Readonly<Record<string, unknown>>;
  readonly children: Child;
}

/** Every picture is drawn in this size. */
const pictureSize = { width: 1_200, height: 630 } as const;

export function Page({ site, title, description, url, picture, type, about, children }: PageProps) {
  // A script's end within a text would end the script.
  const data = JSON.stringify({ "@context": "https://schema.org", ...about }).replaceAll("<", "\\u003c");
  return (
    <>
      {raw("<!doctype html>")}
      <html lang="en">
        <head>
          <meta charset="utf-8" />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <title>{title === site ? site : `${title} · ${site}`}</title>
          <meta name="description" content={description} />
          <link rel="canonical" href={url} />
          <meta property="og:type" content={type} />
          <meta property="og:site_name" content={site} />
          <meta property="og:url" content={url} />
          <meta property="og:title" content={title} />
          <meta property="og:description" content={description} />
          <meta property="og:image" content={picture.url} />
          <meta property="og:image:width" content={`${pictureSize.width}`} />
          <meta property="og:image:height" content={`${pictureSize.height}`} />
          <meta property="og:image:alt" content={picture.alt} />
          <meta name="twitter:card" content="summary_large_image" />
          <link rel="icon" href="data:," />
          <link rel="stylesheet" href="/style.css" />
          <script type="application/ld+json">{raw(data)}</script>
        </head>
        <body>{children}</body>
      </html>
    </>
  );
}

/** The item's picture, in its own shape before it is there. */
export function Illustration({ picture: { file, alt } }: { picture: Picture }) {
  return <img src={`/pictures/${file}`} alt={alt} {...pictureSize} />;
}
