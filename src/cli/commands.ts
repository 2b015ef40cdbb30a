/** The table of all commands: what each does, the words it takes, and where it is. */
import type { Command } from "./command.ts";

export interface CommandEntry {
  readonly name: string;
  /** What follows the name, for the help: "[--port N] [--data DIR]". */
  readonly usage: string;
  readonly summary: string;
  /** Words that completions offer after the name. */
  readonly words: readonly string[];
  load(): Promise<Command>;
}

const place = "[--port N] [--data DIR]";
const placeWords = ["--port", "--data"] as const;

/** Those for every day first. */
export const commands: readonly CommandEntry[] = [
  {
    name: "serve",
    usage: `${place} [--no-worker]`,
    summary: "run the service; with --no-worker its pages alone",
    words: [...placeWords, "--no-worker"],
    load: async () => (await import("./serve.ts")).serve,
  },
  {
    name: "worker",
    usage: place,
    summary: "deliver shares only, beside a service on the same database",
    words: placeWords,
    load: async () => (await import("./worker.ts")).worker,
  },
  {
    name: "demo",
    usage: place,
    summary: "run it with simulated networks and three example sites",
    words: [...placeWords, "--blog-port", "--events-port", "--market-port", "--outbox-port"],
    load: async () => (await import("./demo.ts")).demo,
  },
  {
    name: "doctor",
    usage: "[--data DIR] [--json]",
    summary: "check that everything is in place; ends with 1 where it is not",
    words: ["--data", "--json"],
    load: async () => (await import("./doctor.ts")).doctor,
  },
  {
    name: "invite",
    usage: "MAIL",
    summary: "let somebody sign up, and print the link",
    words: [],
    load: async () => (await import("./invite.ts")).invite,
  },
  {
    name: "recover",
    usage: "MAIL [--end-two-step]",
    summary: "let somebody in again who forgot the password, or lost the app for codes",
    words: ["--end-two-step"],
    load: async () => (await import("./recover.ts")).recover,
  },
  {
    name: "keys",
    usage: "generate|rotate",
    summary: "make an encryption key; re-encrypt everything under the first key",
    words: ["generate", "rotate"],
    load: async () => (await import("./keys.ts")).keys,
  },
  {
    name: "migrate",
    usage: "",
    summary: "bring the database up to this version, and stop",
    words: [],
    load: async () => (await import("./migrate.ts")).migrate,
  },
  {
    name: "completions",
    usage: "bash|zsh|fish",
    summary: "print completions for a shell",
    words: ["bash", "zsh", "fish"],
    load: async () => (await import("./completions.ts")).createCompletions(commands),
  },
];

/** Of the whole program, or of one command. */
export function writeHelp(version: string, about?: CommandEntry): string {
  if (about !== undefined)
    return `Usage: sharewell ${about.name} ${about.usage}\n\n${capital(about.summary)}.`;
  const width = Math.max(...commands.map(({ name }) => name.length));
  return [
    `Sharewell ${version}: share any page of your sites, and know what became of it.`,
    "Usage: sharewell COMMAND [words]",
    commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`).join("\n"),
    "sharewell help COMMAND tells more of one, sharewell --version which one this is.\nSettings come from the environment: see .env.example and docs/operate.md.",
  ].join("\n\n");
}

/** The command that was perhaps meant. */
export function guess(name: string): string | undefined {
  const near = commands
    .map((command) => ({ name: command.name, distance: distance(name, command.name) }))
    .toSorted((one, other) => one.distance - other.distance)[0];
  return near !== undefined && near.distance <= 2 ? near.name : undefined;
}

/** Letters to add, take away or change (Levenshtein). */
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
