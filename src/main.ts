#!/usr/bin/env node
import { type Command, UsageError } from "./cli/command.ts";
/** The command line's entry: finds the command, tells plainly what is wrong. */
import "./light-imports.ts";
import { ConfigError } from "./config.ts";

const commands: Readonly<Record<string, () => Promise<Command>>> = {
  serve: async () => (await import("./cli/serve.ts")).serve,
  worker: async () => (await import("./cli/worker.ts")).worker,
  demo: async () => (await import("./cli/demo.ts")).demo,
  keys: async () => (await import("./cli/keys.ts")).keys,
  migrate: async () => (await import("./cli/migrate.ts")).migrate,
  invite: async () => (await import("./cli/invite.ts")).invite,
};

const help = `Sharewell: share any page of your sites, and know what became of it.

  sharewell serve [--port N] [--data DIR]     run the service; with --no-worker its pages alone
  sharewell worker [--port N] [--data DIR]    deliver shares only, beside a service on the same database
  sharewell demo [--port N] [--data DIR]      run it with simulated networks (more flags: README)
  sharewell migrate                           bring the database up to this version, and stop
  sharewell keys generate                     make an encryption key
  sharewell keys rotate                       re-encrypt everything under the first key
  sharewell invite MAIL                       let somebody sign up

Settings come from the environment: see .env.example.`;

const [name, ...words] = process.argv.slice(2);
const asksHelp =
  name === undefined ||
  name === "help" ||
  [name, ...words].some((word) => word === "--help" || word === "-h");
const load = asksHelp ? undefined : commands[name];
if (load === undefined) {
  console.log(asksHelp ? help : `There is no command "${name}".\n\n${help}`);
  process.exitCode = asksHelp ? 0 : 2;
} else {
  try {
    const command = await load();
    await command(words);
  } catch (error) {
    console.error(explain(error));
    process.exitCode = error instanceof UsageError ? 2 : 1;
  }
}

/** Errors that we made say all there is to say; any other one needs its trace. */
function explain(error: unknown): string {
  if (error instanceof ConfigError)
    return error.problems.map((problem) => `sharewell: ${problem}`).join("\n");
  if (!(error instanceof Error)) return `sharewell: ${String(error)}`;
  const ours = [
    "UsageError",
    "PortUnavailable",
    "EmbeddedUnavailable",
    "DataFolderInUse",
    "DatabaseTooNew",
    "DatabaseUnreachable",
    "KeyringError",
    "AllowedHostsError",
  ];
  return ours.includes(error.name)
    ? `sharewell: ${error.message}`
    : `sharewell: ${error.stack ?? error.message}`;
}
