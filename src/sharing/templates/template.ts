/** Templates of posts: plain text with the names of fields in braces. */
import { say, type Told } from "../../words/words.ts";
import { writtenLines } from "../../words/written.ts";

/** What a template can name: of the page, and the message that the person writes. */
export const fieldNames = ["title", "description", "url", "site", "tags", "message"] as const;
export type FieldName = (typeof fieldNames)[number];

/** A part of a template: text as it is, or a field, with the brackets or quotes directly around it. */
export type Part = string | { readonly field: FieldName; readonly before: string; readonly after: string };

/** In UTF-16 units, as browsers count `maxlength`. */
export const LONGEST_TEMPLATE = 1_000;

/** "{name}", in the letters that somebody may take for a name; "{{" and "}}" are literal braces. */
const BRACED = /\{\{|\}\}|\{\s*([\p{L}\p{N}_-]+)\s*\}|[{}]/gu;
const OPENING = "([{“„«‹‘‚\"'*_";
const CLOSING = ")]}”“»›’‘\"'*_";

/** Returns the parts of a template in their order. What names no field is text. */
export function parseTemplate(template: string): Part[] {
  const parts: Part[] = [];
  let text = "";
  let end = 0;
  for (const { 0: found, 1: name, index } of template.matchAll(BRACED)) {
    text += template.slice(end, index);
    end = index + found.length;
    const field = toField(name);
    if (field === undefined) {
      text += found === "{{" || found === "}}" ? found.charAt(0) : found;
      continue;
    }
    const isWrapped = isPair(text.at(-1), template.charAt(end));
    const before = isWrapped ? (text.at(-1) ?? "") : "";
    const after = isWrapped ? template.charAt(end) : "";
    if (before !== text) parts.push(text.slice(0, text.length - before.length));
    parts.push({ field, before, after });
    end += after.length;
    text = "";
  }
  return [...parts, text + template.slice(end)].filter((part) => part !== "");
}

/** Whether the template contains this field. */
export function namesField(template: string, field: FieldName): boolean {
  return parseTemplate(template).some((part) => typeof part !== "string" && part.field === field);
}

function toField(name: string | undefined): FieldName | undefined {
  return fieldNames.find((field) => field === name?.toLowerCase());
}

/** Whether a bracket or quote opens, and its own counterpart follows. */
function isPair(opening: string | undefined, closing: string): boolean {
  if (opening === undefined || closing === "") return false;
  if (opening === "„") return closing === "“" || closing === "”";
  if (opening === "‚") return closing === "‘" || closing === "’";
  const at = OPENING.indexOf(opening);
  return at >= 0 && (CLOSING.indexOf(closing) === at || opening === closing);
}

export type TemplateReading = { readonly template: string } | { readonly problem: Told };

/** Reads a template as somebody writes it, or says what is wrong with it. Empty: there is none. */
export function readTemplate(written: string): TemplateReading {
  const template = writtenLines(written).trim();
  if (template.length > LONGEST_TEMPLATE)
    return {
      problem: say("Use at most {longest, number} characters for a template.", { longest: LONGEST_TEMPLATE }),
    };
  for (const [found, name] of template.matchAll(BRACED)) {
    if (found === "{{" || found === "}}" || toField(name) !== undefined) continue;
    if (name === undefined)
      return {
        problem: say("“{brace}” stands alone here. To show a brace in the post, write it twice: {twice}", {
          ...{ brace: found, twice: found + found },
        }),
      };
    const names = fieldNames.map((field) => `{${field}}`).join(" ");
    return {
      problem: say("There is no {unknown}. A template can use {names}.", { unknown: `{${name}}`, names }),
    };
  }
  return { template };
}
