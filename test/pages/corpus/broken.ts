/** Pages that are broken, tricky or strangely encoded. */
import { type CorpusPage, inFrame } from "./page.ts";

const latin = (text: string) => Buffer.from(text, "latin1");
/** "Größe" and so on, in encodings that Node writes only as bytes. */
const bytes = (...parts: (string | number[])[]) =>
  Buffer.concat(parts.map((part) => (typeof part === "string" ? latin(part) : Buffer.from(part))));
const megabytes = (count: number) => "<!-- filler -->".repeat(Math.ceil((count * 1_048_576) / 15));

export const brokenPages: readonly CorpusPage[] = [
  {
    name: "latin-1-by-header",
    type: "text/html; charset=iso-8859-1",
    body: latin("<title>Größe und Höhe</title>"),
    expected: { title: "Größe und Höhe" },
  },
  {
    name: "latin-1-by-meta",
    type: "text/html",
    body: latin('<meta charset="iso-8859-1"><title>Größe</title>'),
    expected: { title: "Größe" },
  },
  {
    name: "windows-1252-by-http-equiv",
    type: "text/html",
    body: bytes(
      '<meta http-equiv="Content-Type" content="text/html; charset=windows-1252"><title>',
      [0x93],
      "Quoted",
      [0x94, 0x20, 0x80],
      "5</title>",
    ),
    expected: { title: "“Quoted” €5" },
  },
  {
    name: "windows-1252-undeclared",
    type: "text/html",
    body: latin("<title>Olé, señor</title>"),
    expected: { title: "Olé, señor" },
  },
  {
    name: "utf-8-undeclared",
    type: "text/html",
    body: "<title>Olé, señor 🌊</title>",
    expected: { title: "Olé, señor 🌊" },
  },
  {
    name: "utf-8-with-mark",
    type: "text/html; charset=iso-8859-1",
    body: "\ufeff<title>Größe</title>",
    expected: { title: "Größe" },
  },
  {
    name: "utf-16-little",
    type: "text/html",
    body: Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from("<title>Größe ☕</title>", "utf16le")]),
    expected: { title: "Größe ☕" },
  },
  {
    name: "utf-16-big",
    type: "text/html; charset=utf-16be",
    body: Buffer.from("<title>Größe</title>", "utf16le").swap16(),
    expected: { title: "Größe" },
  },
  {
    name: "shift-jis",
    type: "text/html; charset=Shift_JIS",
    body: bytes("<title>", [0x93, 0xfa, 0x96, 0x7b, 0x8c, 0xea], "</title>"),
    expected: { title: "日本語" },
  },
  {
    name: "euc-jp",
    type: "text/html",
    body: bytes('<meta charset="euc-jp"><title>', [0xc6, 0xfc, 0xcb, 0xdc], "</title>"),
    expected: { title: "日本" },
  },
  {
    name: "gb18030",
    type: "text/html; charset=gb2312",
    body: bytes("<title>", [0xd6, 0xd0, 0xce, 0xc4], "</title>"),
    expected: { title: "中文" },
  },
  {
    name: "big5",
    type: "text/html; charset=big5",
    body: bytes("<title>", [0xa4, 0xa4, 0xa4, 0xe5], "</title>"),
    expected: { title: "中文" },
  },
  {
    name: "euc-kr",
    type: "text/html; charset=euc-kr",
    body: bytes("<title>", [0xc7, 0xd1, 0xb1, 0xdb], "</title>"),
    expected: { title: "한글" },
  },
  {
    name: "koi8-r",
    type: "text/html; charset=koi8-r",
    body: bytes("<title>", [0xed, 0xcf, 0xd2, 0xc5], "</title>"),
    expected: { title: "Море" },
  },
  {
    name: "windows-1251",
    type: "text/html; charset=windows-1251",
    body: bytes("<title>", [0xcc, 0xee, 0xf0, 0xe5], "</title>"),
    expected: { title: "Море" },
  },
  {
    name: "charset-nobody-knows",
    type: "text/html; charset=klingon-8",
    body: "<title>Größe</title>",
    expected: { title: "Größe" },
  },
  {
    name: "half-a-character-at-the-end",
    type: "text/html",
    body: Buffer.concat([Buffer.from("<title>Größe</title>☕").subarray(0, -1)]),
    expected: { title: "Größe" },
  },
  {
    name: "never-closed",
    body: `<html lang=en><head><title>Never closed<meta property="og:title" content="Swallowed by the title">`,
    expected: { title: 'Never closed<meta property="og:title" content="Swallowed by the title">' },
  },
  {
    name: "title-that-never-ends",
    body: `<meta property="og:title" content="Was there before"><title>${"on and on ".repeat(100_000)}`,
    expected: { title: "Was there before" },
  },
  {
    name: "attribute-never-closed",
    body: `<title>Good</title><meta property="og:title" content="runs on and on><body><p>text`,
    expected: { title: "Good" },
  },
  {
    name: "wrong-nesting",
    body: `<b><html><title>Nested</title><p><head><meta property="og:description" content="Still read"></b></head>`,
    expected: { title: "Nested", description: "Still read" },
  },
  {
    name: "tags-in-the-body",
    body: inFrame("", { body: `<meta property="og:title" content="In the body"><h1>T</h1>` }),
    expected: { title: "In the body" },
  },
  {
    name: "tags-in-comments-and-scripts",
    body: inFrame(`<!-- <meta property="og:title" content="Commented"> -->
      <script>document.write('<meta property="og:title" content="Written">')</script>
      <style>/* <title>Styled</title> */</style><textarea><meta property="og:title" content="Typed"></textarea>
      <template><meta property="og:title" content="A template's"></template><title>Real</title>`),
    expected: { title: "Real" },
  },
  {
    name: "title-of-a-drawing",
    body: inFrame(`<title></title>`, {
      body: `<svg viewBox="0 0 9 9"><title>A drawing</title></svg><title>Late title</title>`,
    }),
    expected: { title: "Late title" },
  },
  {
    name: "markup-in-the-title",
    body: "<title>Why <b>not</b>?</title>",
    expected: { title: "Why <b>not</b>?" },
  },
  {
    name: "nul-and-half-characters",
    body: inFrame(`<meta property="og:title" content="a\u0000b&#0;c&#xD800;d">`),
    expected: { title: "a b�c�d" },
  },
  {
    name: "xhtml",
    type: "application/xhtml+xml",
    body: `<?xml version="1.0"?><!DOCTYPE html><html xmlns="http://www.w3.org/1999/xhtml" xml:lang="fr"><head><title>Bonjour</title><meta name="description" content="Tout va bien" /></head><body/></html>`,
    expected: { title: "Bonjour", description: "Tout va bien", language: "fr" },
  },
  {
    name: "twenty-megabytes",
    body: `<title>Long page</title>${megabytes(20)}<meta property="og:title" content="Too far down">`,
    expected: { title: "Long page" },
  },
  {
    name: "tags-after-half-a-megabyte",
    body: `<title>Heavy head</title><style>${"a{}".repeat(200_000)}</style><meta property="og:title" content="Still within">`,
    expected: { title: "Still within" },
  },
  {
    name: "a-hundred-thousand-tags",
    body: `<title>Many</title>${'<meta property="og:title" content="x">'.repeat(50_000)}`,
    expected: { title: "x" },
  },
  {
    name: "deeper-than-a-parser-likes",
    body: `<title>Deep</title>${"<div>".repeat(200_000)}`,
    expected: { title: "Deep" },
  },
  {
    name: "drawings-in-drawings",
    body: `<title>Deep</title>${"<svg>".repeat(400_000)}`,
    expected: { title: "Deep" },
  },
  { name: "gone", status: 404, body: "<title>Not found</title>", expected: "missing" },
  { name: "for-members", status: 403, body: "<title>Sign in</title>", expected: "missing" },
  { name: "broken-site", status: 500, body: "<title>Oops</title>", expected: "failing" },
  { name: "too-busy", status: 429, body: "<title>Later</title>", expected: "failing" },
  { name: "a-file", type: "application/pdf", body: "%PDF-1.7", expected: "not-html" },
  { name: "a-picture", type: "image/png", body: "\u0089PNG", expected: "not-html" },
  { name: "data", type: "application/json", body: '{"title":"Data"}', expected: "not-html" },
  {
    name: "loop",
    status: 302,
    headers: { location: "/loop" },
    body: "",
    expected: "failing",
  },
  {
    name: "moved",
    status: 301,
    headers: { location: "/title-only?moved" },
    body: "",
    expected: { title: "Only a title", url: "SITE/title-only?moved" },
  },
  {
    name: "moved-to-another-scheme",
    status: 302,
    headers: { location: "file:///etc/passwd" },
    body: "",
    expected: "refused",
  },
];
