/** Fills a template with a page and a message. A field that is empty takes what only belongs to it along. */
import type { SharedPage } from "../../pages/page.ts";
import { siteOf } from "../../pages/reading/web-address.ts";
import { type HashtagRule, writeHashtags } from "../../platforms/platform.ts";
import { shorten } from "../requests/shorten.ts";
import { fillLine } from "./fill-line.ts";
import { type FieldName, type Part, parseTemplate } from "./template.ts";

/** What a template says about the page. */
export type TemplatePage = Pick<SharedPage, "url" | "title" | "description" | "siteName" | "keywords">;

export interface Filling {
  readonly page: TemplatePage;
  /** The page's address as it is posted. */
  readonly url: string;
  readonly message: string;
  readonly hashtags: HashtagRule;
}

/**
 * Fills a template so that the text fits: where it does not, the page's description is shortened, and left out if that is not enough.
 * A template that does not name the message gives way to one.
 * @param fits whether a text can be posted
 */
export function fillTemplate(template: string, filling: Filling, fits: (text: string) => boolean): string {
  const parts = parseTemplate(template);
  const message = filling.message.trim();
  if (message !== "" && !names(parts, "message")) return message;
  const fill = (description: string) => fillParts(parts, { ...filling, message, description });
  const { description } = filling.page;
  if (!names(parts, "description") || description === "") return fill(description);
  return fill(shorten(description, (shorter) => fits(fill(shorter))));
}

function names(parts: readonly Part[], field: FieldName): boolean {
  return parts.some((part) => typeof part !== "string" && part.field === field);
}

function fillParts(
  parts: readonly Part[],
  { page, url, message, hashtags, description }: Filling & { readonly description: string },
): string {
  const values: Record<FieldName, string> = {
    ...{ title: page.title, description, url, message },
    site: page.siteName ?? siteOf(page.url),
    tags: "",
  };
  // The tags that the post has anyway are known once the rest is there.
  const tags = names(parts, "tags")
    ? writeHashtags(page.keywords ?? [], hashtags, fillLines(parts, values))
    : [];
  return fillLines(parts, { ...values, tags: tags.join(" ") });
}

function fillLines(parts: readonly Part[], values: Readonly<Record<FieldName, string>>): string {
  const lines: string[] = [];
  let isLeftOut = false;
  for (const line of toLines(parts)) {
    const filled: string | undefined = fillLine(line, values);
    // Two blank lines around a line that was left out are one too many.
    const isSurplus: boolean = filled === "" && isLeftOut && lines.at(-1) === "";
    isLeftOut = filled === undefined || isSurplus;
    if (filled !== undefined && !isSurplus) lines.push(filled);
  }
  return lines.join("\n").trim();
}

function toLines(parts: readonly Part[]): Part[][] {
  const lines: Part[][] = [[]];
  for (const part of parts) {
    if (typeof part !== "string") {
      lines.at(-1)?.push(part);
      continue;
    }
    for (const [index, text] of part.split("\n").entries()) {
      if (index > 0) lines.push([]);
      if (text !== "") lines.at(-1)?.push(text);
    }
  }
  return lines;
}
