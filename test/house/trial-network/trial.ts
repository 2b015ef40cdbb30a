/** Builds the trial network of `sheet.md` into a copy of the tree: its own folders from `built/`, and three lists. */
import { cpSync, globSync, mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";

const root = resolve(import.meta.dirname, "../../..");
const built = join(import.meta.dirname, "built");

/** The lines that are added to the lists of networks, each before the line that it belongs to. */
const lists: Readonly<Record<string, readonly (readonly [before: string, line: string])[]>> = {
  "src/platforms/networks.ts": [
    ["import { settings as threads }", 'import { settings as postcard } from "./postcard/settings.ts";'],
    ["} satisfies Record<string, z.ZodObject>", "  postcard,"],
  ],
  "src/platforms/registry.ts": [
    ["import { type TestedApp, testApp }", 'import { postcard } from "./postcard/entry.ts";'],
    ["  bluesky,\n};", "  postcard,"],
  ],
  "emulator/networks.ts": [
    [
      "import type { SavedWorlds }",
      'import { type PostcardMemory, postcardNetwork } from "./postcard/postcard.ts";',
    ],
    ["  readonly linkedin: LinkedinMemory;", "  readonly postcard: PostcardMemory;"],
    ['  linkedin: "LinkedIn",', '  postcard: "Postcard",'],
    ["  linkedin: 4107,", "  postcard: 4112,"],
    ["    linkedin: linkedinNetwork,", "    postcard: postcardNetwork,"],
    ["    linkedin: new World(", "    postcard: new World(networks.postcard, saved?.postcard),"],
    ["    linkedin: await open(", "    postcard: await open(networks.postcard, worlds.postcard),"],
  ],
};

export interface Trial {
  /** The path of the copy. */
  readonly folder: string;
  /** The created files, as paths from there. */
  readonly made: readonly string[];
  /** The files of other parts that were changed. */
  readonly changed: readonly string[];
}

const parts = [
  ...["src", "emulator", "examples", "scripts", "test/harness"],
  ...["package.json", "tsconfig.json", ".env.example", "docs/operate.md"],
];

/** @throws {Error} if a list no longer has the line before which a new one belongs */
export function buildTrial(): Trial {
  const folder = mkdtempSync(join(tmpdir(), "sharewell-trial-"));
  for (const part of parts) cpSync(join(root, part), join(folder, part), { recursive: true });
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  const made = globSync("**/*.txt", { cwd: built }).map((path) => path.replace(/\.txt$/, ""));
  for (const path of made) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), readFileSync(join(built, `${path}.txt`)));
  }
  for (const [path, lines] of Object.entries(lists)) {
    let text = readFileSync(join(folder, path), "utf8");
    for (const [before, line] of lines) {
      if (!text.includes(before)) throw new Error(`${path} has no line "${before.trim()}".`);
      text = text.replace(before, `${line}\n${before}`);
    }
    writeFileSync(join(folder, path), text);
  }
  return { folder, made, changed: Object.keys(lists) };
}
