/** What stands in a page's HTML for others to read: meta and link tags, the title, JSON-LD. As it stands, not yet judged. */
import { Parser } from "htmlparser2";
import { clip, tidy } from "./words.ts";

export interface Tags {
  /** Meta tags that say something, in the page's order, their names in small letters. */
  readonly metas: readonly { readonly name: string; readonly content: string }[];
  readonly links: readonly {
    readonly rel: readonly string[];
    readonly href: string;
    readonly type: string;
  }[];
  readonly title: string;
  /** The texts of its JSON-LD scripts. */
  readonly jsonLd: readonly string[];
  readonly base: string | undefined;
  readonly language: string | undefined;
}

/** No honest page has more; what comes after is not looked at. */
const MOST = { metas: 500, links: 500, scripts: 50, scriptLength: 500_000, value: 4_000 };
/** Within these a title names a drawing, and a tag is not yet part of the page. */
const ELSEWHERE = new Set(["svg", "math", "template"]);

/** A page written to hurt us nests these without end. */
const DEEPEST = 50;
const CHUNK = 65_536;

/** Keeps account only of the elements that matter here: of all that are open, it would take a time that grows with their square. */
class HeadParser extends Parser {
  protected override isVoidElement(name: string): boolean {
    return name !== "title" && name !== "script" && !ELSEWHERE.has(name);
  }
}

/** @returns whatever can be made out, however broken the page is */
export function readTags(html: string): Tags {
  const metas: { name: string; content: string }[] = [];
  const links: { rel: string[]; href: string; type: string }[] = [];
  const jsonLd: string[] = [];
  let title = "";
  let base: string | undefined;
  let language: string | undefined;
  let elsewhere = 0;
  let collected: { readonly into: "title" | "jsonLd"; text: string } | undefined;

  const open = (tag: string, attributes: Readonly<Record<string, string>>) => {
    if (ELSEWHERE.has(tag)) elsewhere += 1;
    if (elsewhere > 0) return;
    if (tag === "html") language ??= attributes.lang || attributes["xml:lang"] || undefined;
    if (tag === "base") base ??= attributes.href;
    if (tag === "title" && title === "") collected = { into: "title", text: "" };
    if (tag === "script" && attributes.type?.trim().toLowerCase() === "application/ld+json")
      collected = { into: "jsonLd", text: "" };
    if (tag === "link" && attributes.href !== undefined && links.length < MOST.links)
      links.push({
        rel: (attributes.rel ?? "").toLowerCase().split(/\s+/),
        href: attributes.href.trim(),
        type: (attributes.type ?? "").trim().toLowerCase(),
      });
    if (tag === "meta" && metas.length < MOST.metas) {
      const content = clip(tidy(attributes.content ?? ""), MOST.value);
      // Either attribute is in use for either kind of tag; some pages list several names in one.
      const names = (attributes.property ?? attributes.name ?? attributes.itemprop ?? "").toLowerCase();
      if (content !== "")
        for (const name of names.split(/\s+/, 10).filter(Boolean)) metas.push({ name, content });
    }
  };
  const parser = new HeadParser({
    onopentag: open,
    ontext(text) {
      if (collected !== undefined && collected.text.length < MOST.scriptLength) collected.text += text;
    },
    onclosetag(tag) {
      if (ELSEWHERE.has(tag) && elsewhere > 0) elsewhere -= 1;
      if (collected?.into === "title" && tag === "title") title = clip(tidy(collected.text), MOST.value);
      if (collected?.into === "jsonLd" && tag === "script" && jsonLd.length < MOST.scripts)
        jsonLd.push(collected.text);
      if (tag === "title" || tag === "script") collected = undefined;
    },
  });
  for (let at = 0; at < html.length && elsewhere < DEEPEST; at += CHUNK)
    parser.write(html.slice(at, at + CHUNK));
  parser.end();
  return { metas, links, title, jsonLd, base, language };
}
