/** Finds all failures. */
import { readdirSync } from "node:fs";
import { dirname } from "node:path";
import type { Failure } from "./failure.ts";

/** Imports every file of the folders beside this one that exports a failure. @returns them in the order of their names */
export async function findFailures(): Promise<Failure[]> {
  const folder = dirname(import.meta.dirname);
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) =>
    /^(?!stage\/)[\w-]+\/[\w-]+\.[jt]s$/.test(file),
  );
  const modules: { readonly failure?: Failure }[] = [];
  for (const file of files) modules.push(await import(`../${file}`));
  return modules.flatMap(({ failure }) => failure ?? []).sort((a, b) => a.name.localeCompare(b.name));
}
