/** Reads the project's TypeScript as syntax trees, for checks of the code. */
import { globSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { type ParseResult, parse } from "@babel/parser";
import { type Node, traverse } from "@babel/types";

const root = resolve(import.meta.dirname, "..");

/** One file with its tree. */
export interface Source {
  /** The path from the root of the project: "src/main.ts". */
  readonly path: string;
  readonly text: string;
  readonly tree: ParseResult;
}

/** Parses the files that match the patterns, which are relative to the root. @throws if a file cannot be parsed */
export function readSources(patterns: readonly string[]): Source[] {
  return patterns
    .flatMap((pattern) => globSync(pattern, { cwd: root }))
    .map((path) => {
      const text = readFileSync(join(root, path), "utf8");
      const plugins = path.endsWith(".tsx") ? (["typescript", "jsx"] as const) : (["typescript"] as const);
      return { path, text, tree: parse(text, { sourceType: "module", plugins: [...plugins] }) };
    });
}

/** Visits every node, with its parent. */
export function eachNode({ tree }: Source, visit: (node: Node, parent: Node | undefined) => void): void {
  traverse(tree, (node, ancestors) => visit(node, ancestors.at(-1)?.node));
}

/** The source text of a node. */
export function textOf({ text }: Source, node: Node): string {
  return text.slice(node.start ?? 0, node.end ?? 0);
}

/** A module that a file imports or re-exports from. */
export interface Import {
  /** A path from the root for the project's own files, otherwise the package's name. */
  readonly path: string;
  readonly isLocal: boolean;
  /** `import type`, which compiling removes. */
  readonly isType: boolean;
  /** `export … from`. */
  readonly isReexport: boolean;
  /** The imported names, each as the module and as this file call it. */
  readonly names: readonly { readonly theirs: string; readonly ours: string }[];
}

/** Returns every import of a file: static, dynamic, in a type, and re-exports. */
export function importsOf(source: Source): Import[] {
  const found: Import[] = [];
  eachNode(source, (node) => {
    const from = moduleOf(node);
    if (from === undefined) return;
    const isLocal = from.startsWith(".");
    found.push({
      path: isLocal ? join(dirname(source.path), from) : from,
      isLocal,
      isType: node.type === "ImportDeclaration" && node.importKind === "type",
      isReexport: node.type.startsWith("Export"),
      names: namesIn(node),
    });
  });
  return found;
}

function moduleOf(node: Node): string | undefined {
  const isImport =
    node.type === "ImportDeclaration" ||
    node.type === "ExportNamedDeclaration" ||
    node.type === "ExportAllDeclaration" ||
    node.type === "ImportExpression" ||
    node.type === "TSImportType";
  return isImport && node.source?.type === "StringLiteral" ? node.source.value : undefined;
}

function namesIn(node: Node): Import["names"] {
  if (node.type !== "ImportDeclaration" && node.type !== "ExportNamedDeclaration") return [];
  return node.specifiers.flatMap((specifier) => {
    if (specifier.type === "ImportSpecifier")
      return [{ theirs: nameOf(specifier.imported), ours: specifier.local.name }];
    if (specifier.type === "ExportSpecifier")
      return [{ theirs: nameOf(specifier.local), ours: nameOf(specifier.exported) }];
    return [];
  });
}

function nameOf(node: Node): string {
  return node.type === "Identifier" ? node.name : node.type === "StringLiteral" ? node.value : "";
}
