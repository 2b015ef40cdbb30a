import fc from "fast-check";
import { expect, test } from "vitest";
import { USUAL_HASHTAGS } from "../../../src/platforms/platform.ts";
import { fillTemplate, type TemplatePage } from "../../../src/sharing/templates/fill.ts";
import { fieldNames, readTemplate } from "../../../src/sharing/templates/template.ts";
import { inEnglish } from "../../../src/words/words.ts";

const page: TemplatePage = {
  url: "https://www.blog.example.com/lighthouse",
  title: "The lighthouse",
  description: "A walk to the sea.",
  siteName: "Ana’s blog",
  keywords: ["open source", "Sea"],
};
const bare: TemplatePage = { url: page.url, title: "The lighthouse", description: "" };

function fill(template: string, message = "", about: Partial<TemplatePage> = page, most = 10_000): string {
  const filling = {
    ...{ page: { ...bare, ...about }, url: page.url, message },
    hashtags: USUAL_HASHTAGS,
  };
  return fillTemplate(template, filling, (text) => text.length <= most);
}

test("a template is filled with the page and the message", () => {
  expect(fill("{message}\n\n{title} – {description}\n{url} ({site})\n{tags}", "Read this!")).toBe(
    "Read this!\n\nThe lighthouse – A walk to the sea.\nhttps://www.blog.example.com/lighthouse (Ana’s blog)\n#OpenSource #Sea",
  );
  expect(fill("{ Title }")).toBe("The lighthouse");
});

test("a page without a name for its site is named by its host", () => {
  expect(fill("{site}", "", bare)).toBe("blog.example.com");
});

test("a template that does not name the message gives way to one", () => {
  expect(fill("New: {title}")).toBe("New: The lighthouse");
  expect(fill("New: {title}", "My own words")).toBe("My own words");
});

test.each([
  ["{title} – {description}", "The lighthouse"],
  ["{description} – {title}", "The lighthouse"],
  ["{title} – {description} | {site}", "The lighthouse | blog.example.com"],
  ["{title}: {description} #blog", "The lighthouse #blog"],
  ["{title}, {description}.", "The lighthouse"],
  ["{title}. {description}", "The lighthouse."],
  ["{title} ({description})", "The lighthouse"],
  ["“{message}” {title}", "The lighthouse"],
  ["„{message}“ – {title}", "The lighthouse"],
  ["{title} Tags: {tags}", "The lighthouse"],
  ["{title}\n\nTags: {tags}", "The lighthouse"],
  ["{title}\n\n{description}\n\n{site}", "The lighthouse\n\nblog.example.com"],
  ["{title}\n\n{description}\n{site}", "The lighthouse\n\nblog.example.com"],
  ["{message}\n\n{title}", "The lighthouse"],
  ["New on the blog! {message}", "New on the blog!"],
  ["– {title}", "– The lighthouse"],
  ["{title} –", "The lighthouse –"],
  ["{message}{description}{tags}", ""],
])("what is empty leaves nothing behind in %j", (template, text) => {
  expect(fill(template, "", bare)).toBe(text);
});

test("however a template is put together, empty fields leave no double space or blank line, and no brackets", () => {
  const piece = fc.oneof(
    fc.constantFrom(...fieldNames).map((name) => `{${name}}`),
    fc.constantFrom("({description})", "“{message}”", "Read", "\n", "\n\n"),
  );
  const template = fc
    .array(piece, { maxLength: 8 })
    .map((pieces) => pieces.join(" ").replace(/ *\n */g, "\n"));
  fc.assert(
    fc.property(
      template.filter((text) => !/\n{3}/.test(text)),
      (text) => {
        const filled = fill(text, "", bare);
        expect(filled).not.toMatch(/ {2}|\n{3}|^\s|\s$| \n|\(\)|“”|[{}]/u);
      },
    ),
  );
});

test("double braces are braces of the post", () => {
  expect(fill("{{title}} {title} }}")).toBe("{title} The lighthouse }");
});

test("a name that there is not, or a brace that stands alone, is told with what there is", () => {
  const problem = (text: string) => {
    const read = readTemplate(text);
    return "problem" in read ? inEnglish(read.problem) : read.template;
  };
  expect(problem("{title} {headline}")).toBe(
    "There is no {headline}. A template can use {title} {description} {url} {site} {tags} {message}.",
  );
  expect(problem("{titel}")).toMatch(/^There is no \{titel\}/);
  expect(problem("{ and {")).toBe("“{” stands alone here. To show a brace in the post, write it twice: {{");
  expect(problem("a }")).toMatch(/^“\}” stands alone/);
  expect(problem("x".repeat(1_001))).toBe("Use at most 1,000 characters for a template.");
  expect(problem(" {TITLE} {{x}}\r\nnext ")).toBe("{TITLE} {{x}}\nnext");
});

test("where it is too long, the description is shortened first, then left out, and never the title", () => {
  const long = { ...page, description: "A long walk along the coast to the old lighthouse by the sea" };
  expect(fill("{title} – {description}", "", long, 45)).toBe("The lighthouse – A long walk along the coast…");
  expect(fill("{title} – {description}", "", long, 14)).toBe("The lighthouse");
  expect(fill("{title} – {description}", "", long, 5)).toBe("The lighthouse");
});

test("a tag that the post has already is not repeated", () => {
  expect(fill("{message}\n{tags}", "Look at the #sea")).toBe("Look at the #sea\n#OpenSource");
});
