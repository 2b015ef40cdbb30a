/** What a page's HTML shows about its kind, beside its metadata: an article, a form, a challenge, almost nothing. */
import { createHash } from "node:crypto";
import { Parser } from "htmlparser2";
import { isCaptcha, isChallengeElement, isChallengeScript } from "./challenges.ts";

export interface PageSigns {
  /** The content of the first refresh tag in the head, outside `noscript`: "0; url=/next". */
  readonly refresh: string;
  /** The address in its canonical link tag. */
  readonly canonical: string;
  /** Instructions for search engines: "noindex". */
  readonly robots: string;
  /** Readable characters outside scripts, counted up to a limit. */
  readonly length: number;
  /** A hash of all headings of the first two levels; "" if there are none. */
  readonly headings: string;
  readonly hasPassword: boolean;
  /** Fields to type in. */
  readonly fields: number;
  readonly hasCaptcha: boolean;
  readonly isChallenge: boolean;
  readonly hasScripts: boolean;
  /** It asks for a name or email address, like a login that asks for the password later. */
  readonly asksName: boolean;
  /** It declares itself an article with a date, a product or another item. */
  readonly isSubject: boolean;
  /** It only declares itself an article, as some systems do for all pages. */
  readonly isArticle: boolean;
  /** It describes itself in JSON-LD. */
  readonly hasJsonLd: boolean;
}

/** The elements that are tracked; tracking all open ones would take too long, as in tags.ts. */
const KEPT = new Set([
  "script",
  "style",
  "title",
  "textarea",
  "noscript",
  "template",
  "svg",
  "math",
  "h1",
  "h2",
]);
/** Elements whose text is not shown. */
const SILENT = new Set(["script", "style", "title", "textarea", "noscript", "template", "svg", "math"]);
/** Any other element ends the head. */
const IN_HEAD = new Set([
  ...["html", "head", "title", "base", "link", "meta", "style", "script", "noscript", "template"],
]);
const UNTYPED = new Set([
  ...["hidden", "submit", "button", "image", "reset", "checkbox", "radio", "file", "range", "color"],
]);
const NAMES = /^(?:user-?name|login|e-?mail|identifier)$/i;
const MOST = { depth: 50, length: 100_000, script: 100_000, value: 4_000, heading: 10_000 };
const CHUNK = 8_192;

const SUBJECT =
  /"@type"\s*:\s*\[?\s*"[^"]{0,60}?(?:Article|Posting|Report|Recipe|Review|HowTo|QAPage|Question|Event|Product|ProductGroup|Course|Book|Movie|Series|SoftwareApplication|VideoObject|Episode)"/;
const SUBJECT_TYPES = /^(?:product|book|profile|video\.|music\.|event|recipe)/i;
const SAYS_WHAT =
  /"@type"\s*:\s*\[?\s*"[^"]{0,60}?(?:WebPage|ItemPage|AboutPage|CollectionPage|ProfilePage)"/;

class SignsParser extends Parser {
  protected override isVoidElement(name: string): boolean {
    return !KEPT.has(name);
  }
}

/** Reads what it can, however broken the page is. */
export function readSigns(html: string): PageSigns {
  const open = new Map<string, number>();
  const headings = createHash("sha256");
  let [refresh, canonical, robots, script, heading] = ["", "", "", "", ""];
  let [length, fields, depth, silent, headingCount] = [0, 0, 0, 0, 0];
  let [isHead, hasPassword, hasCaptcha, isChallenge] = [true, false, false, false];
  let [hasScripts, isSubject, isArticle, hasJsonLd, asksName] = [false, false, false, false, false];
  const isWithin = (...names: string[]) => names.some((name) => (open.get(name) ?? 0) > 0);

  const readMeta = (attributes: Readonly<Record<string, string>>) => {
    const content = (attributes.content ?? "").slice(0, MOST.value);
    const name = (attributes.name ?? attributes.property ?? "").trim().toLowerCase();
    if (name === "robots") robots += `${content.toLowerCase()} `.slice(0, 100);
    if (name === "og:type" && SUBJECT_TYPES.test(content.trim())) isSubject = true;
    if (name === "article:published_time") isSubject = true;
    if (name === "og:type" && content.trim().toLowerCase() === "article") isArticle = true;
    const isRefresh = attributes["http-equiv"]?.trim().toLowerCase() === "refresh";
    if (isRefresh && isHead && !isWithin("noscript")) refresh ||= content;
  };

  const parser = new SignsParser({
    onopentag(tag, attributes) {
      if (KEPT.has(tag)) {
        open.set(tag, (open.get(tag) ?? 0) + 1);
        depth += 1;
        if (SILENT.has(tag)) silent += 1;
      }
      if (isWithin("template", "svg", "math")) return;
      if (!IN_HEAD.has(tag) && !isWithin("noscript")) isHead = false;
      if (tag === "meta") readMeta(attributes);
      if (tag === "link" && /(?:^|\s)canonical(?:\s|$)/i.test((attributes.rel ?? "").slice(0, MOST.value)))
        canonical ||= (attributes.href ?? "").trim().slice(0, MOST.value);
      if (tag === "script") hasScripts = true;
      const { id, class: className, src, action } = attributes;
      isChallenge ||= isChallengeElement(id) || isChallengeElement(src) || isChallengeElement(action);
      hasCaptcha ||= isCaptcha(className);
      if (tag === "textarea") fields += 1;
      if (tag !== "input") return;
      const type = (attributes.type ?? "text").trim().toLowerCase();
      hasPassword ||= type === "password";
      if (!UNTYPED.has(type)) fields += 1;
      asksName ||= type === "email" || NAMES.test(attributes.autocomplete ?? attributes.name ?? "");
    },
    ontext(text) {
      if (isWithin("script")) {
        if (script.length < MOST.script) script += text;
      } else if (silent === 0) {
        const words = text.replace(/\s+/g, " ").trim();
        if (words === "") return;
        isHead = false;
        length = Math.min(length + words.length, MOST.length);
        if (isWithin("h1", "h2") && heading.length < MOST.heading) heading += ` ${words}`;
      }
    },
    onclosetag(tag) {
      if (!KEPT.has(tag)) return;
      open.set(tag, Math.max(0, (open.get(tag) ?? 0) - 1));
      depth -= 1;
      if (SILENT.has(tag)) silent -= 1;
      if (tag === "script") {
        isChallenge ||= isChallengeScript(script);
        isSubject ||= SUBJECT.test(script);
        hasJsonLd ||= SAYS_WHAT.test(script) || SUBJECT.test(script);
        script = "";
      }
      if ((tag === "h1" || tag === "h2") && heading !== "") {
        headings.update(`${heading}\n`);
        headingCount += 1;
        heading = "";
      }
    },
  });
  for (let at = 0; at < html.length && depth < MOST.depth; at += CHUNK)
    parser.write(html.slice(at, at + CHUNK));
  parser.end();
  return {
    ...{ refresh, canonical, robots, length, fields },
    ...{ hasPassword, asksName, hasCaptcha, isChallenge, hasScripts, isSubject, isArticle, hasJsonLd },
    headings: headingCount === 0 ? "" : headings.digest("base64url"),
  };
}
