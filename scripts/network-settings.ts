/** The networks' settings as documents show them, made from the descriptions in each network's `settings.ts`. */
import { z } from "zod";
import { networkSettings, platformSettingNames } from "../src/platforms/networks.ts";

interface Row {
  readonly names: readonly string[];
  readonly description: string;
  /** Empty: there is none. */
  readonly byDefault: string;
}

const WIDTH = 120;
const described = z.record(
  z.string(),
  z.object({ description: z.string(), default: z.string().default("") }),
);

/** One row for each setting, and one at the end for all addresses. @throws {ZodError} if a setting has no description */
function findRows(): Row[] {
  const { properties } = z.toJSONSchema(z.object(networkSettings), { io: "input", unrepresentable: "any" });
  const { SOCIAL_BASE_URL: _ofTheService, ...own } = properties ?? {};
  const facts = described.parse(own);
  const isAddress = (name: string) => name.endsWith("_ORIGIN");
  const addresses = platformSettingNames.filter(isAddress);
  const rows = platformSettingNames
    .filter((name) => !isAddress(name))
    .map((name) => ({ names: [name], ...read(facts[name]) }));
  return [...rows, { names: addresses, ...read(facts[addresses[0] ?? ""]), byDefault: "each network's own" }];
}

function read(fact: z.infer<typeof described>[string] | undefined): Omit<Row, "names"> {
  return { description: fact?.description ?? "", byDefault: fact?.default ?? "" };
}

/** How each document that shows them is written: what marks the place, and the lines in it. */
const documents = {
  ".env.example": { mark: (word: string) => `# Networks ${word}`, write: toExample },
  "docs/operate.md": { mark: (word: string) => `<!-- Networks ${word}`, write: toTable },
} as const;

export type SettingsDocument = keyof typeof documents;
export const settingsDocuments = Object.keys(documents) as readonly string[] as readonly SettingsDocument[];

/**
 * Returns the document with the rows of all networks between its two marked lines.
 * @throws {Error} if the document lacks a mark
 */
export function withNetworkSettings(path: SettingsDocument, text: string): string {
  const { mark, write } = documents[path];
  const lines = text.split("\n");
  const [begin, end] = ["begin", "end"].map((word) => lines.findIndex((line) => line.startsWith(mark(word))));
  if (begin === undefined || end === undefined || begin < 0 || end < begin)
    throw new Error(`${path} has no lines that start with "${mark("begin")}" and "${mark("end")}".`);
  return [...lines.slice(0, begin + 1), ...findRows().flatMap(write), ...lines.slice(end)].join("\n");
}

function toExample({ names, description, byDefault }: Row): string[] {
  const text = byDefault === "" ? `${description}.` : `${description}. Default: ${byDefault}`;
  return [...wrap(text), ...names.map((name) => `${name}=`)];
}

function wrap(text: string): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last === undefined || last.length + 1 + word.length > WIDTH) lines.push(`# ${word}`);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}

function toTable({ names, description, byDefault }: Row, index: number): string[] {
  const head = index === 0 ? ["", "| Setting | Default | Meaning |", "| --- | --- | --- |"] : [];
  const value = names.length > 1 || byDefault === "" ? byDefault || "none" : `\`${byDefault}\``;
  return [...head, `| ${names.map((name) => `\`${name}\``).join(", ")} | ${value} | ${description} |`];
}
