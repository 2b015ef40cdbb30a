/** The set-up guides of the networks, with this service's addresses filled in. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { Language } from "../words/languages.ts";

const folder = join(import.meta.dirname, "../words/guides");
/** The placeholder in the guides for the public address; the second one is this machine, for trials. */
const EXAMPLE = "https://share.example.com";
const TRIAL = "http://127.0.0.1:4100";

/** The headings of the parts of a guide. */
const places: Readonly<Record<Language, { steps: string; troubles: string }>> = {
  en: { steps: "Setting it up", troubles: "What people see" },
  de: { steps: "Einrichten", troubles: "Was man sieht, und was dann hilft" },
  fr: { steps: "Mise en place", troubles: "Ce que l’on voit, et que faire" },
  es: { steps: "Puesta en marcha", troubles: "Qué se ve y qué hacer" },
};

export interface Guide {
  /** Trusted HTML made from our own Markdown. */
  readonly steps: string;
  /** Messages that people may see at the network and what to do about them, also as HTML. */
  readonly troubles: string;
}

/** Loaded with the first guide, to keep the start fast. */
const loadMarked = (): typeof import("marked") => createRequire(import.meta.url)("marked");

const createMarked = () =>
  new (loadMarked().Marked)({
    gfm: true,
    renderer: {
      // Relative links lead to other documents, which are not served here.
      link({ href, tokens }) {
        const words = this.parser.parseInline(tokens);
        return href.startsWith("https://")
          ? `<a href="${href}" target="_blank" rel="noopener noreferrer">${words}</a>`
          : words;
      },
    },
  });

/** Reads a guide. @param name of the file, without its extension */
export function readGuide(
  name: string,
  language: Language,
  { baseUrl, port }: { readonly baseUrl: URL; readonly port: number },
): Guide {
  const place = places[language];
  const text = readFileSync(join(folder, language, `${name}.md`), "utf8")
    .replaceAll(EXAMPLE, baseUrl.origin)
    .replaceAll(TRIAL, `http://127.0.0.1:${port}`);
  const troubles = `### ${place.troubles}`;
  const steps = sectionOf(text, `## ${place.steps}`, ["## ", "### Settings", troubles]);
  const marked = createMarked();
  return {
    steps: marked.parse(steps, { async: false }),
    troubles: marked.parse(sectionOf(text, troubles, ["#"]), { async: false }),
  };
}

/** The text below a heading, up to a line that starts with one of the endings. */
function sectionOf(text: string, heading: string, endings: readonly string[]): string {
  const start = text.indexOf(`${heading}\n`);
  if (start < 0) return "";
  const lines = text.slice(start + heading.length).split("\n");
  const end = lines.findIndex((line) => endings.some((ending) => line.startsWith(ending)));
  return lines
    .slice(0, end < 0 ? undefined : end)
    .join("\n")
    .trim();
}
