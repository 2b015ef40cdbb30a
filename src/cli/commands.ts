/** The table of all commands: what each does, what it takes, and where it is. */
import { platformNames } from "../platforms/platform.ts";
import type { Command } from "./command.ts";

interface Option {
  /** "--port" */
  readonly flag: string;
  /** "N", "DIR"; absent: it stands alone. */
  readonly value?: string;
  /** For the help, in small letters. */
  readonly says: string;
}

export interface CommandEntry {
  readonly name: string;
  /** The word that must follow the name: "MAIL", "bash|zsh|fish". */
  readonly word?: string;
  readonly options: readonly Option[];
  readonly summary: string;
  load(): Promise<Command>;
}

const port = { flag: "--port", value: "N", says: "the port to listen on, in the place of PORT" } as const;
const data = {
  flag: "--data",
  value: "DIR",
  says: "the data folder, in the place of SOCIAL_DATA_DIR",
} as const;
const demoParts = ["blog", "events", "market", "outbox", ...platformNames];

/** Those for every day first. */
export const commands: readonly CommandEntry[] = [
  {
    name: "serve",
    options: [
      port,
      data,
      { flag: "--no-worker", says: "pages alone: deliveries are left to `sharewell worker`" },
    ],
    summary: "run the service; with --no-worker its pages alone",
    load: async () => (await import("./serve.ts")).serve,
  },
  {
    name: "worker",
    options: [port],
    summary: "deliver shares only, beside a service on the same database",
    load: async () => (await import("./worker.ts")).worker,
  },
  {
    name: "demo",
    options: [
      port,
      data,
      ...demoParts.map((part) => ({ flag: `--${part}-port`, value: "N", says: `the port of its ${part}` })),
    ],
    summary: "run it with simulated networks and three example sites",
    load: async () => (await import("./demo/demo.ts")).demo,
  },
  {
    name: "doctor",
    options: [data, { flag: "--json", says: "write JSON, for programs" }],
    summary: "check that everything is in place, and change nothing; ends with 1 where it is not",
    load: async () => (await import("./doctor.ts")).doctor,
  },
  {
    name: "invite",
    word: "MAIL",
    options: [data],
    summary: "let somebody sign up, and print the link",
    load: async () => (await import("./invite.ts")).invite,
  },
  {
    name: "recover",
    word: "MAIL",
    options: [
      data,
      { flag: "--end-two-step", says: "turn two-step sign-in off too, for who lost app and recovery codes" },
    ],
    summary: "let somebody in again who forgot the password, or lost the app for codes",
    load: async () => (await import("./recover.ts")).recover,
  },
  {
    name: "operator",
    word: "MAIL",
    options: [data],
    summary: "make somebody operator who has an account here, and let them in again where they are blocked",
    load: async () => (await import("./operator.ts")).operator,
  },
  {
    name: "audit",
    word: "verify",
    options: [
      data,
      { flag: "--head", value: "HEAD", says: "a head that you noted: it has to be in the record still" },
      {
        flag: "--from-head",
        value: "HEAD",
        says: "begin after this head: what was before was removed by you",
      },
    ],
    summary:
      "check that nothing in the record of who did what was changed, removed or put in; ends with 1 if so",
    load: async () => (await import("./audit.ts")).audit,
  },
  {
    name: "keys",
    word: "generate|rotate",
    options: [data],
    summary: "make an encryption key; re-encrypt everything under the first key",
    load: async () => (await import("./keys.ts")).keys,
  },
  {
    name: "migrate",
    options: [data],
    summary: "bring the database up to this version, and stop",
    load: async () => (await import("./migrate.ts")).migrate,
  },
  {
    name: "backup",
    word: "FILE",
    options: [
      data,
      { flag: "--recipient", value: "KEY", says: "encrypt it with age for this public key (age1…)" },
      { flag: "--passphrase", value: "PATH", says: "encrypt it with age under the first line of this file" },
    ],
    summary: "write the database and the pictures into one file, while the service runs or not",
    load: async () => (await import("./backup.ts")).backup,
  },
  {
    name: "restore",
    word: "FILE",
    options: [
      data,
      { flag: "--identity", value: "PATH", says: "the file with the age key that opens it" },
      { flag: "--passphrase", value: "PATH", says: "the file with the passphrase that opens it" },
    ],
    summary: "put a backup into an empty database or data folder, and check every row",
    load: async () => (await import("./restore.ts")).restore,
  },
  {
    name: "restored",
    options: [data],
    summary:
      "say that the database went back to an earlier state: what is due is then looked for before it is sent",
    load: async () => (await import("./restored.ts")).restored,
  },
  {
    name: "completions",
    word: "bash|zsh|fish",
    options: [],
    summary: "print completions for a shell",
    load: async () => (await import("./completions.ts")).createCompletions(commands),
  },
];
