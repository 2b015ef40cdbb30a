/** Keeps V8's compiled code, so that the next start does not compile it again. */
import { existsSync } from "node:fs";
import { enableCompileCache } from "node:module";
import { join } from "node:path";

/**
 * Caches the code of modules that load after this call. Does nothing if the data folder is missing or read-only.
 * @param dataFolder must be the service's own, because cached code is executed
 */
export function keepCompiled(dataFolder: string): void {
  if (existsSync(dataFolder)) enableCompileCache(join(dataFolder, "compiled"));
}
