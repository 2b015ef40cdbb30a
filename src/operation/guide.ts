/** How a network is set up: the steps of docs/platforms, with this service's own addresses in them. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Marked } from "marked";

const folder = join(import.meta.dirname, "../../docs/platforms");
/** What the docs write for whoever reads them: the public address, and this machine for a trial. */
const EXAMPLE = "https://share.example.com";
const TRIAL = "http://127.0.0.1:4100";

export interface Guide {
  /** HTML of our own making. */
  readonly steps: string;
  /** What people may see at the network, and what to do about it; HTML too. */
  readonly troubles: string;
}

const marked = new Marked({
  gfm: true,
  renderer: {
    // From here the other pages of the docs cannot be reached.
    link({ href, tokens }) {
      const words = this.parser.parseInline(tokens);
      return href.startsWith("https://")
        ? `<a href="${href}" target="_blank" rel="noopener noreferrer">${words}</a>`
        : words;
    },
  },
});

/** @param name of the file, without its ending */
export function readGuide(
  name: string,
  { baseUrl, port }: { readonly baseUrl: URL; readonly port: number },
): Guide {
  const text = readFileSync(join(folder, `${name}.md`), "utf8")
    .replaceAll(EXAMPLE, baseUrl.origin)
    .replaceAll(TRIAL, `http://127.0.0.1:${port}`);
  return {
    steps: marked.parse(sectionOf(text, "## Setting it up", /\n## |\n### (?:Settings|What people see)\n/), {
      async: false,
    }),
    troubles: marked.parse(sectionOf(text, "### What people see", /\n#{1,6} /), { async: false }),
  };
}

/** What stands below a heading, until one that ends it. */
function sectionOf(text: string, heading: string, ending: RegExp): string {
  const start = text.indexOf(`${heading}\n`);
  if (start < 0) return "";
  const rest = text.slice(start + heading.length);
  const end = rest.search(ending);
  return (end < 0 ? rest : rest.slice(0, end)).trim();
}
