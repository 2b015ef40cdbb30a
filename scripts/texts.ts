/** Every text of `src/` that is put into the reader's language, as the compiler sees it. */
import { relative, resolve } from "node:path";
import {
  isCallExpression,
  isJsxElement,
  isJsxExpression,
  isJsxText,
  isNoSubstitutionTemplateLiteral,
  isStringLiteral,
  type Node,
} from "typescript/unstable/ast";
import { API } from "typescript/unstable/sync";

const root = resolve(import.meta.dirname, "..");
const callees = ["say", "t", "rich"];

/** @throws where a text cannot be read from the source alone */
export function findTexts(): string[] {
  const api = new API({ cwd: root });
  try {
    const project = api
      .updateSnapshot({ openProjects: [resolve(root, "tsconfig.json")] })
      .getProject(resolve(root, "tsconfig.json"));
    const texts = new Set<string>();
    for (const absolute of project?.rootFiles ?? []) {
      const path = relative(root, absolute);
      if (!path.startsWith("src/") || path.startsWith("src/words/")) continue;
      const file = project?.program.getSourceFile(absolute);
      if (file !== undefined) walk(file, (text) => texts.add(text));
    }
    return [...texts].toSorted((one, other) => one.localeCompare(other, "en"));
  } finally {
    api.close();
  }
}

function walk(node: Node, found: (text: string) => void): void {
  if (isCallExpression(node)) {
    const name = node.expression.getText().split(".").at(-1) ?? "";
    const [first] = node.arguments;
    if (callees.includes(name) && first !== undefined && isLiteral(first)) found(first.text);
  }
  if (isJsxElement(node) && node.openingElement.tagName.getText() === "T") {
    for (const child of node.children) {
      if (isJsxText(child)) {
        const text = collapse(child.text);
        if (text !== "") found(text);
      } else if (isJsxExpression(child) && child.expression !== undefined && isLiteral(child.expression))
        found(child.expression.text);
    }
  }
  node.forEachChild((child) => walk(child, found));
}

function isLiteral(node: Node): node is Node & { readonly text: string } {
  return isStringLiteral(node) || isNoSubstitutionTemplateLiteral(node);
}

/** As JSX does it: lines are trimmed and joined by a blank. */
function collapse(text: string): string {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .join(" ");
}
