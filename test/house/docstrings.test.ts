/** Everything that one folder of `src/` offers another is documented: each function and class, and what it throws. */
import { readdirSync } from "node:fs";
import { type ClassMethod, type Node, type Statement, VISITOR_KEYS } from "@babel/types";
import { expect, test } from "vitest";
import { type Import, importsOf, readSources, type Source } from "../../scripts/sources.ts";

/** Every folder of `src/`. */
const folders = readdirSync("src", { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

interface Missing {
  readonly folder: string;
  /** "src/net/redact.ts: redact has no docstring" */
  readonly what: string;
}

const missing = findMissing(readSources(["src/**/*.{ts,tsx}"]));

test.each(folders)("what %s offers to other folders has a docstring, which says what it throws", (folder) => {
  expect(missing.filter((found) => found.folder === folder).map(({ what }) => what)).toEqual([]);
});

function findMissing(sources: readonly Source[]): Missing[] {
  const imports = new Map(sources.map((source) => [source.path, importsOf(source)]));
  const offered = new Set<string>();
  for (const [importer, taken] of imports)
    for (const { path, names } of taken)
      for (const { theirs } of names) {
        const origin = findOrigin(imports, path, theirs);
        if (folderOf(origin.path) !== folderOf(importer)) offered.add(`${origin.path} ${origin.name}`);
      }
  return sources.flatMap(({ path, tree }) =>
    tree.program.body
      .flatMap((statement) => problemsOf(statement, docsOfOverloads(tree.program.body)))
      .filter(({ name }) => offered.has(`${path} ${name}`))
      .map(({ problem }) => ({ folder: folderOf(path), what: `${path}: ${problem}` })),
  );
}

/** "net" of "src/net/redact.ts". */
function folderOf(path: string): string {
  return path.split("/")[1] ?? "";
}

/** The file that declares a name, behind files that only re-export it. */
function findOrigin(
  imports: ReadonlyMap<string, readonly Import[]>,
  path: string,
  name: string,
): { readonly path: string; readonly name: string } {
  for (const { path: origin, isReexport, names } of imports.get(path) ?? []) {
    const passed = isReexport ? names.find(({ ours }) => ours === name) : undefined;
    if (passed !== undefined) return findOrigin(imports, origin, passed.theirs);
  }
  return { path, name };
}

/** The docstrings of overloaded functions, which are above the first signature. */
function docsOfOverloads(statements: readonly Statement[]): Map<string, string> {
  const docs = new Map<string, string>();
  for (const statement of statements) {
    const declared = statement.type === "ExportNamedDeclaration" ? statement.declaration : undefined;
    if (declared?.type !== "TSDeclareFunction") continue;
    const name = declared.id?.name ?? "";
    docs.set(name, docs.get(name) ?? docsOf(statement));
  }
  return docs;
}

/** What is missing in the docstring of an exported function or class. */
function problemsOf(
  statement: Statement,
  overloads: ReadonlyMap<string, string>,
): { readonly name: string; readonly problem: string }[] {
  if (statement.type !== "ExportNamedDeclaration") return [];
  const { declaration } = statement;
  const docs = docsOf(statement);
  if (declaration?.type === "FunctionDeclaration") {
    const name = declaration.id?.name ?? "";
    return lacks(name, docs || (overloads.get(name) ?? ""), throws(declaration.body)).map((problem) => ({
      name,
      problem,
    }));
  }
  if (declaration?.type === "ClassDeclaration") {
    const name = declaration.id?.name ?? "";
    const methods = declaration.body.body.filter(isMethod).filter(({ body }) => throws(body));
    const silent = methods.filter((method) => !/@throws/.test(docs + docsOf(method)));
    const problems = [...lacks(name, docs, false), ...(silent.length > 0 ? [`${name} has no @throws`] : [])];
    return problems.map((problem) => ({ name, problem }));
  }
  if (declaration?.type !== "VariableDeclaration") return [];
  return declaration.declarations.flatMap(({ id, init }) => {
    if (id.type !== "Identifier" || init?.type !== "ArrowFunctionExpression") return [];
    return lacks(id.name, docs, throws(init.body)).map((problem) => ({ name: id.name, problem }));
  });
}

function lacks(name: string, docs: string, doesThrow: boolean): string[] {
  if (docs === "") return [`${name} has no docstring`];
  return doesThrow && !docs.includes("@throws") ? [`${name} has no @throws`] : [];
}

function isMethod(member: Node): member is ClassMethod {
  return member.type === "ClassMethod" && member.kind !== "constructor";
}

function docsOf(node: Node): string {
  return (node.leadingComments ?? []).findLast(({ value }) => value.startsWith("*"))?.value ?? "";
}

/** Whether it throws itself, not in a nested function. */
function throws(node: Node): boolean {
  if (node.type === "ThrowStatement") return true;
  if (/Function|Method|^Class/.test(node.type)) return false;
  return (VISITOR_KEYS[node.type] ?? []).some((key) =>
    [Reflect.get(node, key)].flat().some((child) => isNode(child) && throws(child)),
  );
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && "type" in value;
}
