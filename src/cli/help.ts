/** The help of the command line, and a suggestion for a mistyped command. */
import { type CommandEntry, commands } from "./commands.ts";

/** The help of the program. */
export function writeHelp(version: string): string {
  const lines = commands.map(({ name, summary }) => [name, summary] as const);
  return [
    `Sharewell ${version}: share any page of your sites, and know what became of it.`,
    "Usage: sharewell COMMAND [arguments]",
    inColumns(lines),
    "Run sharewell help COMMAND for details, sharewell --version for the version.\nSettings come from the environment: see .env.example and docs/operate.md.",
  ].join("\n\n");
}

/** The help of one command. */
export function writeHelpOf({ name, word, options, summary }: CommandEntry): string {
  const signs = options.map(({ flag, value }) => (value === undefined ? flag : `${flag} ${value}`));
  const short = signs.length > 4 ? ["[options]"] : signs.map((sign) => `[${sign}]`);
  return [
    ["Usage: sharewell", name, ...(word === undefined ? [] : [word]), ...short].join(" "),
    `${capital(summary)}.`,
    ...(options.length === 0
      ? []
      : [inColumns(options.map(({ says }, at) => [signs[at] ?? "", says] as const))]),
  ].join("\n\n");
}

function inColumns(lines: readonly (readonly [string, string])[]): string {
  const width = Math.max(...lines.map(([name]) => name.length));
  return lines.map(([name, words]) => `  ${name.padEnd(width)}  ${words}`).join("\n");
}

/** The message for an unknown command. */
export function tellUnknown(name: string): string {
  const meant = guess(name);
  return `There is no command "${name}".${meant === undefined ? "" : ` Did you mean "${meant}"?`} \`sharewell help\` lists all commands.`;
}

/** The closest command, if it is close enough. */
function guess(name: string): string | undefined {
  const near = commands
    .map((command) => ({ name: command.name, distance: distance(name, command.name) }))
    .toSorted((one, other) => one.distance - other.distance)[0];
  return near !== undefined && near.distance <= 2 ? near.name : undefined;
}

/** Levenshtein distance. */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (const [i, letter] of [...one].entries()) {
    const next = [i + 1];
    for (const [j, wanted] of [...other].entries())
      next.push(
        Math.min((next[j] ?? 0) + 1, (row[j + 1] ?? 0) + 1, (row[j] ?? 0) + (letter === wanted ? 0 : 1)),
      );
    row = next;
  }
  return row.at(-1) ?? 0;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
