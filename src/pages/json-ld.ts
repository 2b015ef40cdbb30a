/** What a page says of itself as JSON-LD in schema.org's words: an article, an event, a product or another page. */
import { z } from "zod";
import { tidy } from "./words.ts";

export interface Described {
  readonly title: string;
  readonly description: string;
  readonly images: readonly string[];
  readonly author: string;
  readonly siteName: string;
}

/** What a page is about, the surest first: a page may also describe its site, its breadcrumbs, its publisher. */
const SUBJECTS = [
  /^(?:.*Article|BlogPosting|LiveBlogPosting|Report|Recipe|Review|HowTo|QAPage|Question)$/,
  /^(?:.*Event|Product|ProductGroup|Course|Book|Movie|SoftwareApplication|JobPosting|VideoObject|PodcastEpisode|Place|.*Business)$/,
  /^(?:WebPage|ItemPage|AboutPage|CollectionPage|ProfilePage)$/,
];

const node = z.record(z.string(), z.unknown());
type Node = z.infer<typeof node>;

const DEEPEST = 8;
const MOST_NODES = 1_000;

/** Undefined: no script can be read, or none tells what the page is about. */
export function readJsonLd(scripts: readonly string[]): Described | undefined {
  const nodes = scripts.flatMap((script) => flatten(parse(script))).slice(0, MOST_NODES);
  for (const subject of SUBJECTS) {
    const found = nodes.find((candidate) => typesOf(candidate).some((type) => subject.test(type)));
    if (found !== undefined) return describe(found, nodes);
  }
  return undefined;
}

/** Some sites wrap their scripts as XHTML, or browsers without scripts, once wanted it. */
const WRAPPER =
  /^\s*(?:\/\/|\/\*)?\s*<!(?:--|\[CDATA\[)\s*(?:\*\/)?|(?:\/\/|\/\*)?\s*(?:-->|\]\]>)\s*(?:\*\/)?\s*$/g;

function parse(script: string): unknown {
  try {
    return JSON.parse(script.replace(WRAPPER, ""));
  } catch {
    return undefined;
  }
}

/** The nodes of a document: one, a list of them, or a graph. */
function flatten(value: unknown, depth = 0): Node[] {
  if (depth > DEEPEST) return [];
  if (Array.isArray(value)) return value.slice(0, MOST_NODES).flatMap((item) => flatten(item, depth + 1));
  const parsed = node.safeParse(value);
  if (!parsed.success) return [];
  const { "@graph": graph, mainEntity } = parsed.data;
  return [parsed.data, ...flatten(graph, depth + 1), ...flatten(mainEntity, depth + 1)];
}

function typesOf(candidate: Node): string[] {
  return [candidate["@type"]].flat().flatMap((type) =>
    // "Article", "schema:Article" and "http://schema.org/Article" are the same.
    typeof type === "string" ? [type.replace(/^.*[/:#]/, "")] : [],
  );
}

function describe(subject: Node, nodes: readonly Node[]): Described {
  const name = (value: unknown) => wordsOf(value, nodes);
  return {
    title: name(subject.headline) || name(subject.name),
    description: name(subject.description),
    images: imagesOf(subject.image ?? subject.thumbnailUrl, nodes),
    author: name(subject.author),
    siteName: name(subject.publisher),
  };
}

/** A text, the name of the node that stands there or is referred to, or the first of several. */
function wordsOf(value: unknown, nodes: readonly Node[], depth = 0): string {
  if (typeof value === "string") return tidy(value);
  if (depth > DEEPEST) return "";
  if (Array.isArray(value)) return wordsOf(value[0], nodes, depth + 1);
  const found = resolve(value, nodes);
  return found === undefined ? "" : wordsOf(found["@value"] ?? found.name, nodes, depth + 1);
}

function imagesOf(value: unknown, nodes: readonly Node[], depth = 0): string[] {
  if (typeof value === "string") return [value.trim()].filter(Boolean);
  if (depth > DEEPEST) return [];
  if (Array.isArray(value)) return value.slice(0, 10).flatMap((item) => imagesOf(item, nodes, depth + 1));
  const found = resolve(value, nodes);
  return found === undefined ? [] : imagesOf(found.url ?? found.contentUrl, nodes, depth + 1);
}

/** A node that is only a reference stands for the one with that id. */
function resolve(value: unknown, nodes: readonly Node[]): Node | undefined {
  const parsed = node.safeParse(value);
  if (!parsed.success) return undefined;
  const id = parsed.data["@id"];
  if (typeof id !== "string" || Object.keys(parsed.data).length > 1) return parsed.data;
  return nodes.find((candidate) => candidate["@id"] === id && Object.keys(candidate).length > 1);
}
