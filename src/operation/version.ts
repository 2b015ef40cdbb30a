/** The version of this installation. */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { z } from "zod";

let known: string | undefined;

/** The version from our package.json. */
export function ownVersion(): string {
  known ??= findVersion(import.meta.dirname);
  return known;
}

function findVersion(folder: string): string {
  try {
    const manifest = z.object({ name: z.string(), version: z.string() });
    const found = manifest.parse(JSON.parse(readFileSync(join(folder, "package.json"), "utf8")));
    if (found.name === "sharewell") return found.version;
  } catch {
    // Look one folder further up.
  }
  return dirname(folder) === folder ? "unknown" : findVersion(dirname(folder));
}
