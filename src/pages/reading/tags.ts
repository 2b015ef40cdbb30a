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

/**
 * Of one value, in characters; of the names of one tag. How many tags there are is bounded by the page's bytes alone: articles with 600 of them
 * before their card are real.
 */
const MOST = { value: 4_000, raw: 20_000, names: 10 };
/** Within these a title names a drawing, and a tag is not yet part of the page. */
const ELSEWHERE = new Set(["svg", "math", "template"]);

/** A page written to hurt us nests these without end. */
const DEEPEST = 50;
/** Small, as the depth is looked at between two of them. */
const CHUNK = 8_192;

/** Of Open Graph, as RDFa knows it under any name: `prefix="o: https://ogp.me/ns#"`. */
const OPEN_GRAPH = /^https?:\/\/(?:www\.)?(?:ogp\.me\/ns|opengraphprotocol\.org\/schema)[#/]?/;

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

  const prefixes = new Set<string>();

  const readPrefixes = ({ prefix = "", ...others }: Readonly<Record<string, string>>) => {
    const words = prefix.slice(0, MOST.value).toLowerCase().trim().split(/\s+/);
    for (const [index, word] of words.entries())
      if (word.endsWith(":") && OPEN_GRAPH.test(words[index + 1] ?? "")) prefixes.add(word);
    for (const [name, value] of Object.entries(others))
      if (name.startsWith("xmlns:") && OPEN_GRAPH.test(value.toLowerCase()))
        prefixes.add(`${name.slice(6)}:`);
  };
  /** Either attribute is in use for either kind of tag, or both at once; some pages list several names in one. */
  const namesOf = ({ property = "", name = "", itemprop = "" }: Readonly<Record<string, string>>) => {
    const named = `${property.slice(0, MOST.value)} ${name.slice(0, MOST.value)}`;
    const listed = named.trim() === "" ? itemprop.slice(0, MOST.value) : named;
    const names = listed.toLowerCase().trim().split(/\s+/, MOST.names).filter(Boolean);
    return new Set(
      names.map((each) => (prefixes.size === 0 && !each.startsWith("http") ? each : toOpenGraph(each))),
    );
  };
  const toOpenGraph = (name: string) => {
    const prefix = name.slice(0, name.indexOf(":") + 1);
    return prefixes.has(prefix) ? `og:${name.slice(prefix.length)}` : name.replace(OPEN_GRAPH, "og:");
  };
  const open = (tag: string, attributes: Readonly<Record<string, string>>) => {
    if (ELSEWHERE.has(tag)) elsewhere += 1;
    if (elsewhere > 0) return;
    if (tag === "html") language ??= attributes.lang || attributes["xml:lang"] || undefined;
    if (tag === "base") base ??= attributes.href;
    if (tag === "title" && title === "") collected = { into: "title", text: "" };
    if (tag === "script" && /^\s*application\/ld\+json\s*(?:;|$)/i.test(attributes.type ?? ""))
      collected = { into: "jsonLd", text: "" };
    if (tag === "link" && attributes.href !== undefined)
      links.push({
        rel: (attributes.rel ?? "").slice(0, MOST.value).toLowerCase().split(/\s+/),
        href: attributes.href.trim(),
        type: (attributes.type ?? "").slice(0, MOST.value).trim().toLowerCase(),
      });
    if (tag === "html" || tag === "head") readPrefixes(attributes);
    if (tag === "meta") {
      const content = shorten(attributes.content || attributes.value || "");
      if (content !== "") for (const name of namesOf(attributes)) metas.push({ name, content });
    }
  };
  const parser = new HeadParser({
    onopentag: open,
    ontext(text) {
      if (collected !== undefined) collected.text += text;
    },
    onclosetag(tag) {
      if (ELSEWHERE.has(tag) && elsewhere > 0) elsewhere -= 1;
      if (collected?.into === "title" && tag === "title") title = shorten(collected.text);
      if (collected?.into === "jsonLd" && tag === "script") jsonLd.push(collected.text);
      if (tag === "title" || tag === "script") collected = undefined;
    },
  });
  for (let at = 0; at < html.length && elsewhere < DEEPEST; at += CHUNK)
    parser.write(html.slice(at, at + CHUNK));
  parser.end();
  return { metas, links, title, jsonLd, base, language };
}

function shorten(text: string): string {
  return clip(tidy(text.slice(0, MOST.raw)), MOST.value);
}
