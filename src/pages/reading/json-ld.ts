/** Reads a page's JSON-LD in the schema.org vocabulary: an article, an event, a product or another page. */
import { readJson } from "./json.ts";
import { toPlain } from "./plain.ts";
import { isPlaceholder } from "./words.ts";

export interface Described {
  readonly title: string;
  readonly description: string;
  readonly images: readonly string[];
  readonly author: string;
  readonly siteName: string;
  readonly keywords: readonly string[];
}

/** Subjects in order of certainty: a page may also describe its site, breadcrumbs or publisher. */
const SUBJECTS = [
  /^(?:.*Article|BlogPosting|LiveBlogPosting|Report|Recipe|Review|HowTo|QAPage|Question)$/,
  /^(?:.*Event|Product|ProductGroup|Course|Book|Movie|SoftwareApplication|JobPosting|VideoObject|PodcastEpisode|Place|.*Business)$/,
  /^(?:WebPage|ItemPage|AboutPage|CollectionPage|ProfilePage)$/,
];

type Node = Readonly<Record<string, unknown>>;

const DEEPEST = 8;
const MOST_NODES = 1_000;
/** Values examined per page: references and nested lists could otherwise multiply without end. */
const MOST_STEPS = 20_000;
const MOST = { types: 10, images: 10, keywords: 50, type: 100, address: 4_000 };

/** Undefined if no script is readable or none says what the page is about. */
export function readJsonLd(scripts: readonly string[]): Described | undefined {
  const graph = new Graph();
  for (const script of scripts) for (const value of readJson(unwrap(script))) graph.add(value);
  for (const subject of SUBJECTS) {
    const found = graph.nodes.find((candidate) => typesOf(candidate).some((type) => subject.test(type)));
    if (found !== undefined) return describe(found, graph);
  }
  return undefined;
}

const OPENING = /^(?:\/\/|\/\*)?\s*<!(?:--|\[CDATA\[)\s*(?:\*\/)?/;

/** Some sites still wrap scripts for XHTML or for browsers without scripts. */
function unwrap(script: string): string {
  const text = script.trim().replace(OPENING, "");
  // Backwards, because a pattern that looks for the end would restart at every space.
  const end = withoutEnd(text, ["*/"]);
  const inside = withoutEnd(end, ["-->", "]]>"]);
  return inside === end ? text : withoutEnd(inside, ["//", "/*"]);
}

function withoutEnd(text: string, ends: readonly string[]): string {
  const end = ends.find((each) => text.endsWith(each));
  return end === undefined ? text : text.slice(0, -end.length).trimEnd();
}

/** The nodes of a page's scripts and the remaining steps for examining them. */
class Graph {
  readonly nodes: Node[] = [];
  readonly #byId = new Map<string, Node>();
  #stepsLeft = MOST_STEPS;

  /** Takes a step. @returns false if none are left */
  step(): boolean {
    this.#stepsLeft -= 1;
    return this.#stepsLeft >= 0;
  }

  /** Adds the nodes of a document: one node, a list or a graph. */
  add(value: unknown, depth = 0): void {
    if (depth > DEEPEST || this.nodes.length >= MOST_NODES || !this.step()) return;
    if (Array.isArray(value)) {
      for (const item of value.slice(0, MOST_NODES)) this.add(item, depth + 1);
    } else if (isNode(value)) {
      this.nodes.push(value);
      const id = value["@id"];
      if (typeof id === "string" && !isReference(value) && !this.#byId.has(id)) this.#byId.set(id, value);
      this.add(value["@graph"], depth + 1);
      this.add(value.mainEntity, depth + 1);
    }
  }

  /** Follows a node that only references another one's id. */
  resolve(value: unknown): Node | undefined {
    if (!isNode(value)) return undefined;
    const id = value["@id"];
    return typeof id === "string" && isReference(value) ? this.#byId.get(id) : value;
  }

  /** A text, the name of a node or of the node it references, or the first of a list. */
  words(value: unknown, depth = 0): string {
    if (typeof value === "string") return readWords(value);
    if (depth > DEEPEST || !this.step()) return "";
    if (Array.isArray(value)) return this.words(value[0], depth + 1);
    const found = this.resolve(value);
    return found === undefined ? "" : this.words(found["@value"] ?? found.name, depth + 1);
  }

  /** One text with commas, or a list of texts or of nodes with names. */
  keywords(value: unknown): string[] {
    const listed = Array.isArray(value) ? value.slice(0, MOST.keywords) : [value];
    return listed.map((one) => this.words(one)).filter(Boolean);
  }

  images(value: unknown, depth = 0): string[] {
    if (!this.step()) return [];
    if (typeof value === "string") return value.length > MOST.address ? [] : [value.trim()].filter(Boolean);
    if (depth > DEEPEST) return [];
    if (Array.isArray(value))
      return value.slice(0, MOST.images).flatMap((item) => this.images(item, depth + 1));
    const found = this.resolve(value);
    return found === undefined ? [] : this.images(found.url ?? found.contentUrl, depth + 1);
  }
}

function readWords(value: string): string {
  const words = toPlain(value);
  return isPlaceholder(words) ? "" : words;
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isReference(node: Node): boolean {
  // Without counting all names: a node may have a hundred thousand, and this may be called as often.
  for (const name in node) if (name !== "@id") return false;
  return true;
}

function typesOf(candidate: Node): string[] {
  const named = candidate["@type"];
  return (Array.isArray(named) ? named.slice(0, MOST.types) : [named]).flatMap((type) =>
    // "Article", "schema:Article" and "http://schema.org/Article" are equal.
    typeof type === "string" && type.length <= MOST.type ? [type.replace(/^.*[/:#]/, "")] : [],
  );
}

function describe(subject: Node, graph: Graph): Described {
  return {
    title: graph.words(subject.headline) || graph.words(subject.name),
    description: graph.words(subject.description),
    author: graph.words(subject.author),
    siteName: graph.words(subject.publisher),
    keywords: graph.keywords(subject.keywords),
    // Last, because they may use up all steps.
    images: [subject.image, subject.primaryImageOfPage, subject.thumbnailUrl]
      .flatMap((images) => graph.images(images))
      .slice(0, MOST.images),
  };
}
