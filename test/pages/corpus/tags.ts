/** Pages with different tags. */
import { type CorpusPage, inFrame } from "./page.ts";

export const tagPages: readonly CorpusPage[] = [
  {
    name: "all-tags",
    body: inFrame(`<title>Tide tables | Coastal Notes</title>
      <meta name="description" content="Plain description">
      <link rel="canonical" href="/all-tags?page=1">
      <link rel="icon" href="/icon.svg"><meta name="author" content="Ana Lima">
      <meta property="og:type" content="article"><meta property="og:site_name" content="Coastal Notes">
      <meta property="og:url" content="https://coast.example/tides"><meta property="og:title" content="Tide tables">
      <meta property="og:description" content="When the sea comes back"><meta property="og:image" content="/tides.png">
      <meta property="og:image:width" content="1200"><meta property="og:image:height" content="630">
      <meta property="og:image:alt" content="A table by the sea"><meta name="twitter:card" content="summary_large_image">
      <meta name="fediverse:creator" content="@ana@social.example">`),
    expected: {
      title: "Tide tables",
      description: "When the sea comes back",
      canonical: "https://coast.example/tides",
      siteName: "Coastal Notes",
      author: "Ana Lima",
      language: "en",
      icon: "SITE/icon.svg",
      images: [{ url: "SITE/tides.png", width: 1200, height: 630, alt: "A table by the sea" }],
      tags: {
        "og:type": "article",
        "og:site_name": "Coastal Notes",
        "og:url": "https://coast.example/tides",
        "og:title": "Tide tables",
        "og:description": "When the sea comes back",
        "og:image": "/tides.png",
        "og:image:width": "1200",
        "og:image:height": "630",
        "og:image:alt": "A table by the sea",
        "twitter:card": "summary_large_image",
        "fediverse:creator": "@ana@social.example",
      },
    },
  },
  {
    name: "title-only",
    body: inFrame("<title>\n   Only a\n\ttitle  </title>"),
    expected: {
      title: "Only a title",
      description: "",
      images: [],
      canonical: "SITE/title-only",
      siteName: "127.0.0.1",
      author: "",
      tags: {},
    },
  },
  { name: "nothing-at-all", body: inFrame(""), expected: { title: "", description: "", images: [] } },
  { name: "empty-body", body: "", expected: { title: "", description: "", images: [] } },
  {
    name: "twitter-tags-only",
    body: inFrame(`<meta name="twitter:title" content="From X's tags"><meta name="twitter:description" content="Said there">
      <meta name="twitter:image" content="https://img.example/x.jpg"><meta name="twitter:image:alt" content="Alt there">`),
    expected: {
      title: "From X's tags",
      description: "Said there",
      images: [{ url: "https://img.example/x.jpg", alt: "Alt there" }],
    },
  },
  {
    name: "twitter-image-src",
    body: inFrame(`<title>Old tag</title><meta name="twitter:image:src" content="/old.png">`),
    expected: { images: ["SITE/old.png"] },
  },
  {
    name: "name-in-place-of-property",
    body: inFrame(`<meta name="og:title" content="By name"><meta name="og:image" content="/n.png">`),
    expected: { title: "By name", images: ["SITE/n.png"] },
  },
  {
    name: "property-in-place-of-name",
    body: inFrame(
      `<meta property="twitter:card" content="summary"><meta property="description" content="By property"><title>T</title>`,
    ),
    expected: { description: "By property", tags: { "twitter:card": "summary" } },
  },
  {
    name: "loud-tags",
    body: `<HTML LANG=EN><HEAD><META PROPERTY="OG:TITLE" CONTENT="LOUD"><META NAME=Description CONTENT=word></HEAD>`,
    expected: { title: "LOUD", description: "word", language: "en" },
  },
  {
    name: "single-quotes-and-none",
    body: inFrame(
      `<meta property='og:title' content='It is "quoted"'><meta property=og:image content=/bare.png>`,
    ),
    expected: { title: 'It is "quoted"', images: ["SITE/bare.png"] },
  },
  {
    name: "content-before-property",
    body: inFrame(`<meta content="The other way round" property="og:title">`),
    expected: { title: "The other way round" },
  },
  {
    name: "several-names-in-one",
    body: inFrame(`<meta property="og:title twitter:title" content="Both at once">`),
    expected: {
      title: "Both at once",
      tags: { "og:title": "Both at once", "twitter:title": "Both at once" },
    },
  },
  {
    name: "several-pictures",
    body: inFrame(`<meta property="og:image" content="/1.png"><meta property="og:image:width" content="1200">
      <meta property="og:image:height" content="630"><meta property="og:image" content="/2.png">
      <meta property="og:image:alt" content="Second"><meta property="og:image" content="/3.png">`),
    expected: {
      images: [
        { url: "SITE/1.png", width: 1200, height: 630, alt: "" },
        { url: "SITE/2.png", alt: "Second" },
        { url: "SITE/3.png", alt: "" },
      ],
    },
  },
  {
    name: "the-same-picture-twice",
    body: inFrame(`<meta property="og:image" content="/same.png"><meta property="og:image:url" content="/same.png">
      <meta property="og:image:alt" content="Once"><meta name="twitter:image" content="/same.png">`),
    expected: { images: [{ url: "SITE/same.png", alt: "Once" }] },
  },
  {
    name: "picture-url-only",
    body: inFrame(`<meta property="og:image:url" content="/by-url.png">`),
    expected: { images: ["SITE/by-url.png"] },
  },
  {
    name: "secure-picture",
    body: inFrame(
      `<meta property="og:image" content="http://img.example/a.png"><meta property="og:image:secure_url" content="https://img.example/a.png">`,
    ),
    expected: { images: ["https://img.example/a.png"] },
  },
  {
    name: "secure-picture-only",
    body: inFrame(`<meta property="og:image:secure_url" content="https://img.example/only.png">`),
    expected: { images: ["https://img.example/only.png"] },
  },
  {
    name: "picture-without-scheme",
    body: inFrame(`<meta property="og:image" content="//img.example/b.png">`),
    expected: { images: ["http://img.example/b.png"] },
  },
  {
    name: "deep/down/relative-picture",
    body: inFrame(`<meta property="og:image" content="../up.png">`),
    expected: { images: ["SITE/deep/up.png"] },
  },
  {
    name: "base-address",
    body: inFrame(
      `<base href="/assets/"><base href="/other/"><meta property="og:image" content="pic.png"><link rel="icon" href="i.ico">`,
    ),
    expected: { images: ["SITE/assets/pic.png"], icon: "SITE/assets/i.ico" },
  },
  {
    name: "picture-that-is-none",
    body: inFrame(`<meta property="og:image" content="javascript:alert(1)"><meta property="og:image" content="data:image/png;base64,AA">
      <meta property="og:image" content="https://user:pass@img.example/c.png"><meta property="og:image" content="/good.png">`),
    expected: { images: ["SITE/good.png"] },
  },
  {
    name: "picture-sizes-that-are-none",
    body: inFrame(`<meta property="og:image" content="/s.png"><meta property="og:image:width" content="wide">
      <meta property="og:image:height" content="-4">`),
    expected: { images: [{ url: "SITE/s.png", alt: "" }] },
  },
  {
    name: "forty-pictures",
    body: inFrame(
      Array.from({ length: 40 }, (_, n) => `<meta property="og:image" content="/${n}.png">`).join(""),
    ),
    expected: { images: Array.from({ length: 10 }, (_, n) => `SITE/${n}.png`) },
  },
  {
    name: "picture-by-link",
    body: inFrame(`<link rel="image_src" href="/linked.jpg"><title>T</title>`),
    expected: { images: ["SITE/linked.jpg"] },
  },
  {
    name: "empty-tags-count-for-nothing",
    body: inFrame(
      `<meta property="og:title" content=""><meta property="og:title" content="  "><meta name="twitter:title" content="Filled"><meta property="og:image" content="">`,
    ),
    expected: { title: "Filled", images: [] },
  },
  {
    name: "first-of-each-counts",
    body: inFrame(
      `<meta property="og:title" content="First"><meta property="og:title" content="Second"><title>Third</title><title>Fourth</title>`,
    ),
    expected: { title: "First" },
  },
  {
    name: "canonical-by-link",
    body: inFrame(`<link rel="canonical" href="https://coast.example/the-page#part"><title>T</title>`),
    expected: { canonical: "https://coast.example/the-page" },
  },
  {
    name: "canonical-that-is-none",
    body: inFrame(
      `<link rel="canonical" href="mailto:ana@example.com"><meta property="og:url" content="https://">`,
    ),
    expected: { canonical: "SITE/canonical-that-is-none" },
  },
  {
    name: "amp",
    body: `<!doctype html><html ⚡ lang="en"><head><meta charset="utf-8"><link rel="canonical" href="/the-real-page"><title>AMP page</title>
      <style amp-boilerplate>body{visibility:hidden}</style><script async src="https://cdn.ampproject.example/v0.js"></script>
      <script type="application/ld+json">{"@context":"http://schema.org","@type":"NewsArticle","headline":"AMP headline","image":["/amp.jpg"]}</script></head>`,
    expected: { title: "AMP page", canonical: "SITE/the-real-page", images: ["SITE/amp.jpg"] },
  },
  {
    name: "icons",
    body: inFrame(
      `<link rel="apple-touch-icon" href="/touch.png"><link rel="shortcut icon" href="/short.ico">`,
    ),
    expected: { icon: "SITE/short.ico" },
  },
  {
    name: "language-by-open-graph",
    body: `<!doctype html><html><head><meta property="og:locale" content="pt_BR"><title>Olá</title></head>`,
    expected: { language: "pt-BR", title: "Olá" },
  },
  {
    name: "language-that-is-none",
    body: inFrame("<title>T</title>", { language: "english please" }),
    expected: { title: "T" },
  },
  {
    name: "right-to-left",
    body: inFrame(`<meta property="og:title" content="لماذا انتقلنا">`, { language: "ar" }),
    expected: { title: "لماذا انتقلنا", language: "ar" },
  },
  {
    name: "author-as-address",
    body: inFrame(
      `<meta property="article:author" content="https://www.facebook.com/ana"><script type="application/ld+json">{"@type":"Article","author":{"@type":"Person","name":"Ana Lima"}}</script>`,
    ),
    expected: { author: "Ana Lima" },
  },
  {
    name: "long-words",
    body: inFrame(
      `<meta property="og:title" content="${"word ".repeat(100)}"><meta name="description" content="${"d".repeat(3_000)}">`,
    ),
    expected: { title: `${"word ".repeat(60).slice(0, 299)}…`, description: `${"d".repeat(999)}…` },
  },
  {
    name: "entities",
    body: inFrame(
      `<title>Tea &amp; scones &mdash; caf&eacute; &#x1F375; &#8230;</title><meta name="description" content="a &lt;b&gt; &quot;c&quot; &#39;d&#39;">`,
    ),
    expected: { title: "Tea & scones — café 🍵 …", description: `a <b> "c" 'd'` },
  },
  {
    name: "signs-that-turn-the-reading",
    body: inFrame(`<meta property="og:title" content="photo\u202egnp.exe\u2066 \u0007bell">`),
    expected: { title: "photognp.exe bell" },
  },
];
