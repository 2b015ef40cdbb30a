/** A page's JSON-LD as a network's own parser reads it. */
import { decodeHTMLStrict } from "entities";

/** In characters. */
export const MOST_CONTENT = 2_000;
export const MOST_OBJECTS = 20;
const COMMENTED_CDATA =
  /^[ \t]*(?:\/\*\s*<!\[CDATA\[\s*\*\/|\/\/\s*<!\[CDATA\[|\/\*\s*\]\]>\s*\*\/|\/\/\s*\]\]>)\s*$/gm;

export interface PageObject {
  readonly type: string;
  readonly headline?: string;
  readonly description?: string;
  readonly author?: string;
  readonly publisher?: string;
}

/** Decodes entities first, as the strictest parser does: a script in HTML is not JSON before that. */
export function readObjects(script: string): PageObject[] {
  const root = parse(decodeHTMLStrict(script.replace(COMMENTED_CDATA, "")));
  return (Array.isArray(root) ? root : [root]).slice(0, MOST_OBJECTS).flatMap((node: unknown) => {
    if (!isObject(node) || typeof node["@type"] !== "string") return [];
    const author = firstObject(node.author);
    const found = {
      headline: words(node.headline),
      description: words(node.description),
      author: Array.isArray(author?.name) ? author.name.map(words).join(", ") : words(author?.name),
      publisher: words(firstObject(node.publisher)?.name),
    };
    const told = Object.entries(found).filter(([, value]) => value !== undefined);
    return [{ type: node["@type"].slice(0, 100), ...Object.fromEntries(told) }];
  });
}

/** As that parser does: allows comments and nothing else beyond JSON. */
function parse(script: string): unknown {
  try {
    return JSON.parse(
      script.replace(/"(?:[^"\\]|\\.)*"|\/\*.*?\*\/|\/\/[^\n]*/gs, (part) =>
        part.startsWith('"') ? part : "",
      ),
    );
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function firstObject(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return (Array.isArray(value) ? value.flat(3) : [value]).find(isObject);
}

/** Undefined if empty. A text with a language counts as the text. */
function words(value: unknown): string | undefined {
  const said = isObject(value) && "@language" in value ? value["@value"] : value;
  if (said === undefined || said === null) return undefined;
  return (typeof said === "object" ? JSON.stringify(said) : String(said)).slice(0, MOST_CONTENT);
}
