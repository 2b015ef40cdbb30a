/** Every text of `src/` that is put into the reader's language, as the compiler sees it. */
import { relative, resolve } from "node:path";
import {
  isBinaryExpression,
  isCallExpression,
  isConditionalExpression,
  isJsxElement,
  isJsxExpression,
  isJsxFragment,
  isJsxText,
  isNoSubstitutionTemplateLiteral,
  isParenthesizedExpression,
  isStringLiteral,
  isTemplateExpression,
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

/** Words that stand on a page as they are, in English for everybody: "src/web/sign-in/login.tsx: Sign in". */
export function findBareTexts(): string[] {
  const bare: string[] = [];
  eachNode((node, path) => {
    if (!isJsxText(node) && !isJsxExpression(node)) return;
    if (["T", "code"].includes(tagOf(node.parent))) return;
    const isShown = isJsxExpression(node) && (isJsxElement(node.parent) || isJsxFragment(node.parent));
    const texts = isJsxText(node) ? [node.text] : isShown ? outcomesOf(node.expression) : [];
    for (const text of texts) if (/\p{L}{2}/u.test(text)) bare.push(`${path}: ${collapse(text)}`);
  });
  return bare;
}

/** The texts that an expression may come to by itself, without a call. */
function outcomesOf(node: Node | undefined): string[] {
  if (node === undefined) return [];
  if (isLiteral(node)) return [node.text];
  if (isTemplateExpression(node))
    return [
      node.head.text,
      ...node.templateSpans.flatMap(({ expression, literal }) => [literal.text, ...outcomesOf(expression)]),
    ];
  if (isConditionalExpression(node)) return [node.whenTrue, node.whenFalse].flatMap(outcomesOf);
  if (isParenthesizedExpression(node)) return outcomesOf(node.expression);
  if (!isBinaryExpression(node)) return [];
  const operator = node.operatorToken.getText();
  if (operator === "&&") return outcomesOf(node.right);
  return ["||", "??"].includes(operator) ? [node.left, node.right].flatMap(outcomesOf) : [];
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
