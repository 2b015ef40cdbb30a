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

/** @throws where the compiler does not know the project */
export function findTexts(): string[] {
  const texts = new Set<string>();
  eachNode((node) => {
    for (const text of textsOf(node)) texts.add(text);
  });
  return [...texts].toSorted((one, other) => one.localeCompare(other, "en"));
}

/** Words that stand on a page as they are, in English for everybody: "src/web/login.tsx: Sign in". */
export function findBareTexts(): string[] {
  const bare: string[] = [];
  eachNode((node, path) => {
    if (!isJsxText(node) || !/\p{L}{2}/u.test(node.text)) return;
    if (!["T", "code"].includes(tagOf(node.parent))) bare.push(`${path}: ${collapse(node.text)}`);
  });
  return bare;
}

function eachNode(visit: (node: Node, path: string) => void): void {
  const api = new API({ cwd: root });
  try {
    const config = resolve(root, "tsconfig.json");
    const project = api.updateSnapshot({ openProjects: [config] }).getProject(config);
    if (project === undefined) throw new Error("TypeScript does not know the project.");
    for (const absolute of project.rootFiles) {
      const path = relative(root, absolute);
      if (!path.startsWith("src/") || path.startsWith("src/words/")) continue;
      const file = project.program.getSourceFile(absolute);
      const walk = (node: Node): void => {
        visit(node, path);
        node.forEachChild(walk);
      };
      if (file !== undefined) walk(file);
    }
  } finally {
    api.close();
  }
}

/** What a call of `say`, `t` or `rich`, or a `<T>`, puts into words. */
function textsOf(node: Node): string[] {
  if (isCallExpression(node)) {
    const name = node.expression.getText().split(".").at(-1) ?? "";
    const [first] = node.arguments;
    return callees.includes(name) && first !== undefined && isLiteral(first) ? [first.text] : [];
  }
  if (!isJsxElement(node) || tagOf(node) !== "T") return [];
  return node.children.flatMap((child) => {
    if (isJsxText(child)) return collapse(child.text) === "" ? [] : [collapse(child.text)];
    const inner = isJsxExpression(child) ? child.expression : undefined;
    return inner !== undefined && isLiteral(inner) ? [inner.text] : [];
  });
}

function tagOf(node: Node): string {
  return isJsxElement(node) ? node.openingElement.tagName.getText() : "";
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
