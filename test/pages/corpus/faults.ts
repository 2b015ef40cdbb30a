/** Pages with the faults of real ones: each is small, written here, and represents those that were found. */
import { type CorpusPage, inFrame } from "./page.ts";

const latin = (text: string) => Buffer.from(text, "latin1");
const long = `<script>if (a<b) { c = '<meta charset="koi8-r">'; }</script><!-- <meta charset=big5> -->${"<meta name=x content=filler>\n".repeat(60)}`;
/** "日本" and similar words in encodings that Node can only read. */
const bytes = {
  shift_jis: [0x93, 0xfa, 0x96, 0x7b],
  "euc-jp": [0xc6, 0xfc, 0xcb, 0xdc],
  "euc-kr": [0xc7, 0xd1, 0xb1, 0xb9],
  gb18030: [0xd6, 0xd0, 0xb9, 0xfa],
  big5: [0xa4, 0xa4, 0xa4, 0xe5],
  "koi8-r": [0xed, 0xcf, 0xd2, 0xc5],
  "windows-1251": [0xcc, 0xee, 0xf0, 0xe5],
  "iso-2022-jp": [0x1b, 0x24, 0x42, 0x46, 0x7c, 0x4b, 0x5c, 0x1b, 0x28, 0x42],
} as const;
const words: Record<keyof typeof bytes, string> = {
  shift_jis: "日本",
  "euc-jp": "日本",
  "euc-kr": "한국",
  gb18030: "中国",
  big5: "中文",
  "koi8-r": "Море",
  "windows-1251": "Море",
  "iso-2022-jp": "日本",
};

const charsets = (Object.keys(bytes) as (keyof typeof bytes)[]).map(
  (charset): CorpusPage => ({
    name: `${charset}-declared-late`,
    type: "text/html",
    body: Buffer.concat([
      latin(`${long}<title>`),
      Buffer.from(bytes[charset]),
      latin(`</title><meta http-equiv="Content-Type" content="text/html; charset=${charset}">`),
    ]),
    expected: { title: words[charset] },
  }),
);

const card = (title: string, description = "") =>
  inFrame(
    `<meta property="og:title" content="${title}"><meta property="og:description" content="${description}">`,
  );
const told = (json: string, type = "application/ld+json") =>
  inFrame(`<script type="${type}">${json}</script>`);

export const faultyPages: readonly CorpusPage[] = [
  ...charsets,
  {
    name: "declared-late-in-the-body",
    type: "text/html",
    body: latin(`${long}<title>Größe</title></head><body><meta charset=latin1>`),
    expected: { title: "Größe" },
  },
  {
    name: "utf-8-declared-as-something-else",
    type: "text/html",
    body: `<meta charset="gbk"><title>Größe, Höhe, Länge</title>`,
    expected: { title: "Größe, Höhe, Länge" },
  },
  {
    name: "utf-8-by-its-header-but-hardly",
    type: "text/html; charset=utf-8",
    body: latin("<title>Größe und Höhe</title>"),
    expected: { title: "Größe und Höhe" },
  },
  {
    name: "utf-8-by-its-header-and-another-by-meta",
    type: "text/html; charset=utf-8",
    body: Buffer.concat([
      latin("<meta charset=shift_jis><title>"),
      Buffer.from(bytes.shift_jis),
      latin("</title>"),
    ]),
    expected: { title: "日本" },
  },
  {
    name: "utf-8-with-one-bad-byte",
    type: "text/html; charset=utf-8",
    body: Buffer.concat([Buffer.from("<title>Größe, Höhe, Länge</title>"), Buffer.from([0xe9])]),
    expected: { title: "Größe, Höhe, Länge" },
  },
  {
    name: "a-header-that-names-no-charset",
    type: "text/html; charset=none",
    body: latin("<meta charset=latin1><title>Größe</title>"),
    expected: { title: "Größe" },
  },
  {
    name: "charset-by-an-xml-declaration",
    type: "application/xhtml+xml",
    body: latin(`<?xml version="1.0" encoding="ISO-8859-1"?><title>Größe</title>`),
    expected: { title: "Größe" },
  },
  {
    name: "escaped-twice",
    body: card(
      "Fish &amp;amp; chips",
      "It&amp;#39;s &amp;quot;fresh&amp;quot;&amp;nbsp;&amp;mdash; caf&amp;eacute;",
    ),
    expected: { title: "Fish & chips", description: `It's "fresh" — café` },
  },
  {
    name: "escaped-three-times",
    body: card("Fish &amp;amp;amp; chips"),
    expected: { title: "Fish & chips" },
  },
  {
    name: "a-title-escaped-twice",
    body: inFrame("<title>Fish &amp;amp; chips</title>"),
    expected: { title: "Fish & chips" },
  },
  {
    name: "about-escaping",
    body: card("How to escape &amp;amp; in HTML", "The &lt;br&gt; HTML element breaks a line"),
    expected: { title: "How to escape &amp; in HTML", description: "The <br> HTML element breaks a line" },
  },
  {
    name: "markup-in-the-card",
    body: card(
      "The &lt;i&gt;sea&lt;/i&gt;",
      "&lt;p class=&quot;lead&quot;&gt;One&lt;br/&gt;two &lt;b&gt;three&lt;/b&gt;.&lt;/p&gt;&lt;p&gt;Four &lt;a href=/x&gt;more&lt;/a&gt;&lt;!-- end --&gt;",
    ),
    expected: { title: "The sea", description: "One two three. Four more" },
  },
  {
    name: "markup-escaped-twice",
    body: card("A title", "&amp;lt;p&amp;gt;One &amp;amp; two&amp;lt;/p&amp;gt;"),
    expected: { description: "One & two" },
  },
  {
    name: "signs-that-are-no-markup",
    body: card("List&lt;String&gt; &amp; 3 &lt; 5 &gt; 4", "Seen: &lt;The Palace&gt;, R&amp;D, AT&amp;T"),
    expected: { title: "List<String> & 3 < 5 > 4", description: "Seen: <The Palace>, R&D, AT&T" },
  },
  {
    name: "value-for-content",
    body: inFrame(
      `<meta property="og:title" value="In the wrong place"><meta name="og:image" value="/v.png">`,
    ),
    expected: { title: "In the wrong place", images: ["SITE/v.png"] },
  },
  {
    name: "an-empty-property-beside-a-name",
    body: inFrame(
      `<meta property="" name="og:title" content="By name"><meta name="" property="og:image" content="/n.png">`,
    ),
    expected: { title: "By name", images: ["SITE/n.png"] },
  },
  {
    name: "a-property-and-a-name-at-once",
    body: inFrame(`<meta name="description" property="og:description" content="For both">`),
    expected: { description: "For both", tags: { "og:description": "For both" } },
  },
  {
    name: "names-in-capitals-and-by-their-whole-address",
    body: inFrame(
      `<META PROPERTY="OG:TITLE" CONTENT="Loud"><meta property="http://ogp.me/ns#image" content="/w.png">`,
    ),
    expected: { title: "Loud", images: ["SITE/w.png"] },
  },
  {
    name: "another-prefix-for-open-graph",
    body: `<html prefix="dc: http://purl.org/dc/ o: https://ogp.me/ns#"><meta property="o:title" content="Prefixed"><meta property="dc:title" content="No">`,
    expected: { title: "Prefixed" },
  },
  {
    name: "a-card-behind-six-hundred-tags",
    body: inFrame(`${`<meta name="citation_author" content="A. N. Author">`.repeat(600)}<meta property="og:title" content="At last">
      ${`<link rel="preload" href="/x.js">`.repeat(600)}<link rel="canonical" href="https://coast.example/at-last">`),
    expected: { title: "At last", canonical: "https://coast.example/at-last" },
  },
  {
    name: "a-template-nobody-filled-in",
    body: inFrame(`<title>The real title</title><meta property="og:title" content="{{ page.title }} | {{ site }}">
      <meta name="twitter:title" content="undefined"><meta property="og:description" content="[object Object]">
      <meta name="description" content="Said plainly"><meta property="og:image" content="undefined">
      <meta property="og:image" content="https://coast.example/{{ image }}"><meta property="og:image" content="null">
      <meta name="twitter:image" content="/real.png"><meta property="og:url" content="\${url}">`),
    expected: {
      title: "The real title",
      description: "Said plainly",
      images: ["SITE/real.png"],
      canonical: "SITE/a-template-nobody-filled-in",
    },
  },
  {
    name: "words-that-only-look-like-a-template",
    body: card("undefined and null in JavaScript", "Null Island"),
    expected: { title: "undefined and null in JavaScript", description: "Null Island" },
  },
  {
    name: "words-of-which-nothing-is-seen",
    body: inFrame(`<title>Seen</title><meta property="og:title" content="&#x200b;&#x200f;&nbsp;&#xfeff;">
      <meta property="og:description" content="&#x200e;Bundes&shy;tag &#x200b;">`),
    expected: { title: "Seen", description: "Bundestag" },
  },
  {
    name: "addresses-of-pictures-as-they-come",
    body: inFrame(`<base href="https://cdn.example/a/"><meta property="og:image" content="data:image/png;base64,AAAA">
      <meta property="og:image" content=" b c.png "><meta property="og:image" content="//img.example/d.jpg?x=1&amp;amp;y=2">
      <meta property="og:image:secure_url" content="https://img.example/e.jpg">`),
    expected: { images: ["https://cdn.example/a/b%20c.png", "https://img.example/e.jpg"] },
  },
  {
    name: "an-address-escaped-twice",
    body: inFrame(`<meta property="og:image" content="https://img.example/d.jpg?x=1&amp;amp;y=2">`),
    expected: { images: ["https://img.example/d.jpg?x=1&y=2"] },
  },
  {
    name: "ld-with-entities",
    body: told(
      `{"@type":"Article","headline":"Fish &amp; chips","description":"It&#39;s &lt;b&gt;fresh&lt;/b&gt;","image":"https://img.example/f.jpg?a=1&amp;b=2"}`,
    ),
    expected: {
      title: "Fish & chips",
      description: "It's fresh",
      images: ["https://img.example/f.jpg?a=1&b=2"],
    },
  },
  {
    name: "ld-escaped-as-a-whole",
    body: told(`{&quot;@type&quot;:&quot;Article&quot;,&quot;headline&quot;:&quot;Escaped&quot;}`),
    expected: { title: "Escaped" },
  },
  {
    name: "ld-with-raw-line-breaks",
    body: told(
      `{"@type":"Article","headline":"Two\nlines\tand a \\'mark\\'"}`,
      "application/ld+json; charset=utf-8",
    ),
    expected: { title: "Two lines and a 'mark'" },
  },
  {
    name: "ld-with-comments-and-commas",
    body: told(
      `/* made by hand */ {"@type":"Article", // the kind\n "headline":"By // hand",, "image":["/a.png",],};`,
    ),
    expected: { title: "By // hand", images: ["SITE/a.png"] },
  },
  {
    name: "ld-with-marks-within-words",
    body: told(`{"@type":"Article","headline":"He said "hello" twice","author":"Ana"}`),
    expected: { title: `He said "hello" twice`, author: "Ana" },
  },
  {
    name: "ld-several-in-a-row",
    body: told(`{"@type":"WebSite","name":"The site"}\n{"@type":"NewsArticle","headline":"The second"}`),
    expected: { title: "The second" },
  },
  {
    name: "ld-assigned-to-a-variable",
    body: told(`window.data = {"@type":"Article","headline":"Assigned"};`),
    expected: { title: "Assigned" },
  },
  {
    name: "ld-pictures-of-several-kinds",
    body: told(
      `{"@type":"WebPage","name":"Kinds","image":[],"primaryImageOfPage":{"@type":"ImageObject","contentUrl":"/p.png"},"thumbnailUrl":["/t.png"]}`,
    ),
    expected: { images: ["SITE/p.png", "SITE/t.png"] },
  },
  {
    name: "title-by-its-meta-tag",
    body: inFrame(`<meta name="title" content="Only there">`),
    expected: { title: "Only there" },
  },
];
