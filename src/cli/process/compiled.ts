/** Keeps what V8 made of our code and our packages', so that the next start need not compile it again. */
import { existsSync } from "node:fs";
import { enableCompileCache } from "node:module";
import { join } from "node:path";

/**
 * From here on, for what is loaded later. Makes no data folder where there is none, and changes nothing where it cannot be
 * written. @param dataFolder the service's own: whoever may write there runs it
 */
export function keepCompiled(dataFolder: string): void {
  if (existsSync(dataFolder)) enableCompileCache(join(dataFolder, "compiled"));
}
