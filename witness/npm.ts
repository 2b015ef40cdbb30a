/** Packages that only a witness needs: installed once, outside the repository, with npm. */
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { keptFolder, run } from "./programs.ts";

/** @returns the folder whose node_modules contains them @throws {Absent} */
export function installPackages(name: string, packages: Readonly<Record<string, string>>): string {
  const folder = keptFolder(name);
  const file = join(folder, "package.json");
  if (!existsSync(file))
    writeFileSync(file, JSON.stringify({ name: `witness-${name}`, private: true, version: "0.0.0" }));
  const wanted = Object.entries(packages).filter(
    ([each]) => !existsSync(join(folder, "node_modules", each, "package.json")),
  );
  if (wanted.length > 0)
    run(
      "npm",
      ["install", "--no-audit", "--no-fund", "--ignore-scripts", ...wanted.map((each) => each.join("@"))],
      { cwd: folder },
    );
  return folder;
}
