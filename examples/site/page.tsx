/** The layout of every page of the example sites, with its metadata for networks and search engines. */
import { raw } from "hono/html";
import type { Child } from "hono/jsx";

export interface Picture {
  /** A file in the site's folder of pictures: "lighthouse.png". */
  readonly file: string;
  readonly alt: string;
}

/** What a blog post, an event and a product have in common. */
export interface Item {
  /** Its path on the site: "the-slow-ferry". */
  readonly slug: string;
  readonly title: string;
  readonly description: string;
  readonly picture: Picture;
}

interface PageProps {
  readonly site: string;
  readonly title: string;
  readonly description: string;
  /** This page's public address. */
  readonly url: string;
  readonly picture: { readonly url: string; readonly alt: string };
  /** The type in Open Graph. */
  readonly type: "website" | "article" | "product";
  /** The type in schema.org. */
  readonly about: Readonly<Record<string, unknown>>;
  readonly children: Child;
}

/** Every picture has this size. */
const pictureSize = { width: 1_200, height: 630 } as const;

export function Page({ site, title, description, url, picture, type, about, children }: PageProps) {
  // `</script>` within a text would end the script.
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

/** The item's picture. Its space is reserved before it is loaded. */
export function Illustration({ picture: { file, alt } }: { picture: Picture }) {
  return <img src={`/pictures/${file}`} alt={alt} {...pictureSize} />;
}
