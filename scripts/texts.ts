/** Finds every text of `src/` that is translated, in the syntax trees. */
import type { Node } from "@babel/types";
import { eachNode, readSources, type Source, textOf } from "./sources.ts";

const callees = ["say", "t", "rich"];

/**
 * Returns the texts that `say`, `t`, `rich` and `<T>` take, in alphabetical order.
 * @throws if a file cannot be parsed
 */
export function findTexts(): string[] {
  const texts = new Set<string>();
  for (const source of readCode())
    eachNode(source, (node) => {
      for (const text of textsOf(source, node)) texts.add(text);
    });
  return [...texts].toSorted((one, other) => one.localeCompare(other, "en"));
}

/**
 * Returns words on a page that are not translated: "src/web/sign-in/login.tsx: Sign in".
 * @throws if a file cannot be parsed
 */
export function findBareTexts(): string[] {
  const bare: string[] = [];
  for (const source of readCode())
    eachNode(source, (node, parent) => {
      const isExpression = node.type === "JSXExpressionContainer";
      if (node.type !== "JSXText" && !isExpression) return;
      if (parent !== undefined && ["T", "code"].includes(tagOf(source, parent))) return;
      const isShown = isExpression && (parent?.type === "JSXElement" || parent?.type === "JSXFragment");
      const texts = isShown ? outcomesOf(source, node.expression) : isExpression ? [] : [node.value];
      for (const text of texts) if (/\p{L}{2}/u.test(text)) bare.push(`${source.path}: ${collapse(text)}`);
    });
  return bare;
}

function readCode(): Source[] {
  return readSources(["src/**/*.{ts,tsx}"]).filter(({ path }) => !path.startsWith("src/words/"));
}

/** The texts that an expression can evaluate to without a call. */
function outcomesOf(source: Source, node: Node): string[] {
  switch (node.type) {
    case "StringLiteral":
      return [node.value];
    case "TemplateLiteral":
      return [
        ...node.quasis.map(({ value }) => value.cooked ?? ""),
        ...node.expressions.flatMap((part) => outcomesOf(source, part)),
      ];
    case "ConditionalExpression":
      return [node.consequent, node.alternate].flatMap((part) => outcomesOf(source, part));
    case "LogicalExpression":
      return (node.operator === "&&" ? [node.right] : [node.left, node.right]).flatMap((part) =>
        outcomesOf(source, part),
      );
    default:
      return [];
  }
}

/** What a call of `say`, `t` or `rich`, or a `<T>`, translates. */
function textsOf(source: Source, node: Node): string[] {
  if (node.type === "CallExpression" || node.type === "OptionalCallExpression") {
    const name = textOf(source, node.callee).split(".").at(-1) ?? "";
    const [first] = node.arguments;
    return callees.includes(name) && first !== undefined ? literalsIn(first) : [];
  }
  if (node.type !== "JSXElement" || tagOf(source, node) !== "T") return [];
  return node.children.flatMap((child) => {
    if (child.type === "JSXText") return collapse(child.value) === "" ? [] : [collapse(child.value)];
    return child.type === "JSXExpressionContainer" ? literalsIn(child.expression) : [];
  });
}

/** The text of a string without placeholders; empty for any other node. */
function literalsIn(node: Node): string[] {
  if (node.type === "StringLiteral") return [node.value];
  if (node.type !== "TemplateLiteral" || node.expressions.length > 0) return [];
  return node.quasis.map(({ value }) => value.cooked ?? "");
}

function tagOf(source: Source, node: Node): string {
  return node.type === "JSXElement" ? textOf(source, node.openingElement.name) : "";
}

/** Trims lines and joins them with a space, as JSX does. */
function collapse(text: string): string {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .join(" ");
}
