/** Reads the address of a share button and renders the button as HTML. */
import { type PageLink, readPageLink } from "../../pages/page.ts";
import type { Told } from "../../words/words.ts";
import { sharePath } from "../share/share-path.ts";

const PARAMETERS = ["url", "title", "description", "image", "label"];
const LONGEST_QUERY = 8_000;
const LONGEST_LABEL = 60;

type Query = { readonly link: PageLink; readonly label: string } | { readonly problem: string | Told };

/** Returns the link and label of a button, or what is wrong with its query. */
export function readQuery(query: string): Query {
  if (query.length > LONGEST_QUERY)
    return {
      problem: `The parameters are longer than ${LONGEST_QUERY} characters: shorten the description.`,
    };
  const parameters = new URLSearchParams(query);
  for (const name of parameters.keys()) {
    if (!PARAMETERS.includes(name))
      return { problem: `There is no parameter "${name.slice(0, 60)}", only ${PARAMETERS.join(", ")}.` };
    if (parameters.getAll(name).length > 1)
      return { problem: `The parameter ${name} is there more than once.` };
  }
  const values = Object.fromEntries(parameters);
  const reading = readPageLink(values);
  if ("problem" in reading) return reading;
  if (values.image?.trim() && reading.link.image === undefined)
    return { problem: "The picture's address is not a web address: it must start with https://." };
  const label = values.label?.trim() || "Share";
  if (label.length > LONGEST_LABEL)
    return { problem: `The label is longer than ${LONGEST_LABEL} characters.` };
  return { link: reading.link, label };
}

/** The share sign: three connected dots in the colour of the text. */
const ICON =
  '<svg aria-hidden="true" width="16" height="16" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"><circle cx="18" cy="5" r="3"/><circle cx="6" cy="12" r="3"/><circle cx="18" cy="19" r="3"/><path d="m8.6 10.5 6.8-4M8.6 13.5l6.8 4"/></svg>';

/** Returns the button as HTML. */
export function render(
  baseUrl: URL,
  { link, label }: { readonly link: PageLink; readonly label: string },
): string {
  const address = escapeHtml(new URL(sharePath(link), baseUrl).href);
  // Names the page, since a site may show several buttons.
  const name = link.title === "" ? "" : ` aria-label="${escapeHtml(`${label}: ${link.title}`)}"`;
  return `<a class="sharewell-button" href="${address}"${name} target="_blank" rel="noopener">${ICON} <span>${escapeHtml(label)}</span></a>\n`;
}

function escapeHtml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}
