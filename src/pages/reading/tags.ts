/** Extracts the metadata in a page's HTML without interpreting it: meta and link tags, title, JSON-LD. */
import { Parser } from "htmlparser2";
import { clip, tidy } from "./words.ts";

export interface Tags {
  /** Meta tags with content, in the page's order, with names in lower case. */
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
 * Limits of a value in characters and of the names of one tag. The number of tags is limited only by the page's bytes:
 * real articles have 600 tags before their card.
 */
const MOST = { value: 4_000, raw: 20_000, names: 10 };
/** In these, a title names a drawing and tags are not part of the page yet. */
const ELSEWHERE = new Set(["svg", "math", "template"]);

/** A hostile page nests these without end. */
const DEEPEST = 50;
/** Small, because the depth is checked between two chunks. */
const CHUNK = 8_192;

/** Open Graph under any RDFa prefix: `prefix="o: https://ogp.me/ns#"`. */
const OPEN_GRAPH = /^https?:\/\/(?:www\.)?(?:ogp\.me\/ns|opengraphprotocol\.org\/schema)[#/]?/;

/** Tracks only the elements that matter here: tracking all open ones would take quadratic time. */
class HeadParser extends Parser {
  protected override isVoidElement(name: string): boolean {
    return name !== "title" && name !== "script" && !ELSEWHERE.has(name);
  }
}

/** Extracts what it can, however broken the page is. */
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
  // Both attributes are in use for either kind of tag, sometimes together, and some pages list several names
  // in one.
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
