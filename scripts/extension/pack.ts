/**
 * `npm run extension`: packs extension/ into dist/sharewell-extension.zip, for the stores of Chromium and Firefox. With the
 * address of a service after `--`, nobody has to enter it.
 */
import { globSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { zip } from "./zip.ts";

const FOLDER = "extension";
const TARGET = "dist/sharewell-extension.zip";

/** Returns the archive. @throws if the address is none of a service */
export function packExtension(service: string | undefined): Buffer {
  const paths = globSync("**/*", { cwd: FOLDER }).filter((path) => statSync(join(FOLDER, path)).isFile());
  return zip(
    paths.toSorted().map((name) => {
      const isPreset = name === "service.json" && service !== undefined;
      return { name, content: isPreset ? preset(service) : readFileSync(join(FOLDER, name)) };
    }),
  );
}

function preset(service: string): Buffer {
  if (!/^https?:\/\//.test(service) || !URL.canParse(service))
    throw new Error("Give the address of your service, like https://share.example.com.");
  return Buffer.from(`${JSON.stringify({ service: `${new URL(service).origin}/` })}\n`);
}

if (import.meta.main) {
  try {
    const archive = packExtension(process.argv[2]);
    mkdirSync("dist", { recursive: true });
    writeFileSync(TARGET, archive);
    console.log(`${TARGET} (${archive.length} bytes)`);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
