/** The table of all commands: what each does, its arguments, and its module. */
import { platformNames } from "../platforms/platform.ts";
import type { Command } from "./command.ts";

interface Option {
  /** "--port" */
  readonly flag: string;
  /** The placeholder of its value: "N", "DIR"; undefined for a switch. */
  readonly value?: string;
  /** For the help, without a capital. */
  readonly says: string;
}

export interface CommandEntry {
  readonly name: string;
  /** The argument that must follow the name: "MAIL", "bash|zsh|fish". */
  readonly word?: string;
  readonly options: readonly Option[];
  readonly summary: string;
  load(): Promise<Command>;
}

const port = { flag: "--port", value: "N", says: "the port to listen on, instead of PORT" } as const;
const data = {
  flag: "--data",
  value: "DIR",
  says: "the data folder, instead of SOCIAL_DATA_DIR",
} as const;
const demoParts = ["blog", "events", "market", "outbox", ...platformNames];

/** Everyday commands first. */
export const commands: readonly CommandEntry[] = [
  {
    name: "serve",
    options: [port, data, { flag: "--no-worker", says: "serve pages only; `sharewell worker` delivers" }],
    summary: "run the service",
    load: async () => (await import("./serve.ts")).serve,
  },
  {
    name: "worker",
    options: [port],
    summary: "deliver shares for a service on the same database",
    load: async () => (await import("./worker.ts")).worker,
  },
  {
    name: "demo",
    options: [
      port,
      data,
      {
        flag: "--real",
        says: "connect real accounts on the networks that need no app; the others stay simulated",
      },
      ...demoParts.map((part) => ({ flag: `--${part}-port`, value: "N", says: `the port of its ${part}` })),
    ],
    summary: "run the service with simulated networks and three example sites",
    load: async () => (await import("./demo/demo.ts")).demo,
  },
  {
    name: "doctor",
    options: [data, { flag: "--json", says: "print JSON" }],
    summary: "check the installation without changing anything; exits with 1 if something is wrong",
    load: async () => (await import("./doctor.ts")).doctor,
  },
  {
    name: "invite",
    word: "MAIL",
    options: [data],
    summary: "invite a person, and print the sign-up link",
    load: async () => (await import("./invite.ts")).invite,
  },
  {
    name: "recover",
    word: "MAIL",
    options: [
      data,
      {
        flag: "--end-two-step",
        says: "also turn off two-step sign-in, for a person who lost the app and the recovery codes",
      },
    ],
    summary: "print a password link for a person who cannot sign in",
    load: async () => (await import("./recover.ts")).recover,
  },
  {
    name: "operator",
    word: "MAIL",
    options: [data],
    summary: "make a person an operator, and unblock them if needed",
    load: async () => (await import("./operator.ts")).operator,
  },
  {
    name: "audit",
    word: "verify",
    options: [
      data,
      { flag: "--head", value: "HEAD", says: "a head that you kept, which must still be in the log" },
      {
        flag: "--from-head",
        value: "HEAD",
        says: "start after this head, if you removed earlier events",
      },
    ],
    summary: "check that no event of the audit log was changed, removed or inserted; exits with 1 otherwise",
    load: async () => (await import("./audit.ts")).audit,
  },
  {
    name: "keys",
    word: "generate|rotate",
    options: [data],
    summary: "make an encryption key, or re-encrypt all secrets with the first key",
    load: async () => (await import("./keys.ts")).keys,
  },
  {
    name: "migrate",
    options: [data],
    summary: "update the database to this version, and exit",
    load: async () => (await import("./migrate.ts")).migrate,
  },
  {
    name: "backup",
    word: "FILE",
    options: [
      data,
      { flag: "--recipient", value: "KEY", says: "encrypt the backup with age for this public key (age1…)" },
      {
        flag: "--passphrase",
        value: "PATH",
        says: "encrypt the backup with the passphrase in the first line of this file",
      },
    ],
    summary: "write the database and the pictures to one file; the service may be running",
    load: async () => (await import("./backup.ts")).backup,
  },
  {
    name: "restore",
    word: "FILE",
    options: [
      data,
      { flag: "--identity", value: "PATH", says: "the file with the age key of the backup" },
      { flag: "--passphrase", value: "PATH", says: "the file with the passphrase of the backup" },
    ],
    summary: "restore a backup into an empty database or data folder, and check every row",
    load: async () => (await import("./restore.ts")).restore,
  },
  {
    name: "restored",
    options: [data],
    summary:
      "tell the service that its database was reset, so that it looks for due shares before sending them",
    load: async () => (await import("./restored.ts")).restored,
  },
  {
    name: "completions",
    word: "bash|zsh|fish",
    options: [],
    summary: "print the completions for a shell",
    load: async () => (await import("./completions.ts")).createCompletions(commands),
  },
];
