/** Copies the files that the compiler ignores (migrations, styles, pictures) beside the built code. */
import { cpSync } from "node:fs";

for (const folder of [
  "src/database/migrations",
  "src/web/assets",
  "emulator/assets",
  "examples",
  "src/words/guides",
  "src/words/messages",
]) {
  cpSync(folder, `dist/${folder}`, { recursive: true, filter: (path) => !/\.tsx?$/.test(path) });
}
