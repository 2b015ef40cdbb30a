/** Pages that describe themselves in JSON-LD. */
import { type CorpusPage, inFrame } from "./page.ts";

const told = (json: unknown) =>
  inFrame(
    `<script type="application/ld+json">${typeof json === "string" ? json : JSON.stringify(json)}</script>`,
  );

export const jsonLdPages: readonly CorpusPage[] = [
  {
    name: "ld-article",
    body: told({
      "@context": "https://schema.org",
      "@type": "BlogPosting",
      headline: "Told as data",
      description: "All of it",
      image: { "@type": "ImageObject", url: "/ld.png", width: 1200 },
      author: [{ "@type": "Person", name: "Ana Lima" }, { name: "Ben" }],
      publisher: { "@type": "Organization", name: "Coastal Notes" },
    }),
    expected: {
      title: "Told as data",
      description: "All of it",
      images: ["SITE/ld.png"],
      author: "Ana Lima",
      siteName: "Coastal Notes",
    },
  },
  {
    name: "ld-graph",
    body: told({
      "@context": "https://schema.org",
      "@graph": [
        { "@type": "Organization", "@id": "#org", name: "Coastal Notes" },
        { "@type": "WebSite", "@id": "#site", name: "The site" },
        { "@type": "BreadcrumbList", name: "Crumbs" },
        { "@type": "WebPage", "@id": "#page", name: "The page" },
        {
          "@type": ["Article", "BlogPosting"],
          headline: "The article",
          author: { "@id": "#ana" },
          image: { "@id": "#image" },
          publisher: { "@id": "#org" },
        },
        { "@type": "Person", "@id": "#ana", name: "Ana Lima" },
        { "@type": "ImageObject", "@id": "#image", contentUrl: "https://img.example/g.jpg" },
      ],
    }),
    expected: {
      title: "The article",
      author: "Ana Lima",
      images: ["https://img.example/g.jpg"],
      siteName: "Coastal Notes",
    },
  },
  {
    name: "ld-event",
    body: told([
      { "@type": "Organization", name: "Harbour Hall" },
      {
        "@type": "MusicEvent",
        name: "Fog horns in concert",
        startDate: "2026-12-01T20:00+01:00",
        image: ["/e1.jpg", "/e2.jpg"],
        location: { "@type": "Place", name: "Pier 3" },
      },
    ]),
    expected: { title: "Fog horns in concert", images: ["SITE/e1.jpg", "SITE/e2.jpg"] },
  },
  {
    name: "ld-product",
    body: told({
      "@context": "http://schema.org/",
      "@type": "http://schema.org/Product",
      name: "Storm lantern",
      description: "Burns for a night",
      image: "/lantern.jpg",
      offers: { "@type": "Offer", price: 45, priceCurrency: "EUR" },
    }),
    expected: { title: "Storm lantern", description: "Burns for a night", images: ["SITE/lantern.jpg"] },
  },
  {
    name: "ld-within-a-page",
    body: told({ "@type": "WebPage", name: "A page", mainEntity: { "@type": "Recipe", name: "Fish soup" } }),
    expected: { title: "Fish soup" },
  },
  {
    name: "ld-in-a-second-script",
    body: inFrame(
      `<script type="application/ld+json">{ broken, </script><script type="application/ld+json">{"@type":"Article","headline":"Second"}</script>`,
    ),
    expected: { title: "Second" },
  },
  {
    name: "ld-wrapped-for-xhtml",
    body: told(`//<![CDATA[\n{"@type":"Article","headline":"Wrapped"}\n//]]>`),
    expected: { title: "Wrapped" },
  },
  {
    name: "ld-only-a-site",
    body: told({ "@type": "WebSite", name: "Not the page", potentialAction: { "@type": "SearchAction" } }),
    expected: { title: "" },
  },
  {
    name: "ld-of-odd-types",
    body: told({
      "@type": "Article",
      headline: 7,
      description: null,
      image: { url: { url: "/x.png" } },
      author: {},
    }),
    expected: { title: "", description: "", images: ["SITE/x.png"], author: "" },
  },
  {
    name: "ld-with-languages",
    body: told({ "@type": "Article", headline: { "@language": "de", "@value": "Auf Deutsch" } }),
    expected: { title: "Auf Deutsch" },
  },
  {
    name: "ld-that-refers-to-itself",
    body: told({
      "@graph": [
        { "@type": "Article", "@id": "#a", headline: { "@id": "#b" } },
        { "@id": "#b", name: { "@id": "#b" } },
      ],
    }),
    expected: { title: "" },
  },
  {
    name: "ld-deeper-than-anybody-needs",
    body: told(
      `${'{"@graph":['.repeat(3_000)}{"@type":"Article","headline":"Far down"}${"]}".repeat(3_000)}`,
    ),
    expected: { title: "" },
  },
  {
    name: "tags-win-over-ld",
    body: inFrame(
      `<title>The title</title><meta property="og:description" content="The tag's"><script type="application/ld+json">{"@type":"Article","headline":"Data","description":"Data's","image":"/ld.png"}</script><meta name="twitter:image" content="/tw.png">`,
    ),
    expected: { title: "The title", description: "The tag's", images: ["SITE/tw.png", "SITE/ld.png"] },
  },
];
