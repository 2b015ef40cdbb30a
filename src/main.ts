#!/usr/bin/env node
import { UsageError } from "./cli/command.ts";
import { commands, guess, writeHelp } from "./cli/commands.ts";
/** The command line's entry: finds the command, tells plainly what is wrong. */
import "./light-imports.ts";
import { ConfigError } from "./config.ts";
import { ownVersion } from "./operation/version.ts";

const [name = "help", ...words] = process.argv.slice(2);
const command = commands.find((known) => known.name === name);
const asksHelp = ["help", "--help", "-h"].includes(name);
if (asksHelp || words.some((word) => word === "--help" || word === "-h")) {
  const about = asksHelp ? commands.find((known) => known.name === words[0]) : command;
  console.log(writeHelp(ownVersion(), about));
} else if (["--version", "-V"].includes(name)) {
  console.log(ownVersion());
} else if (command === undefined) {
  const meant = guess(name);
  console.error(
    `There is no command "${name}".${meant === undefined ? "" : ` Did you mean "${meant}"?`} \`sharewell help\` lists all.`,
  );
  process.exitCode = 2;
} else {
  try {
    const run = await command.load();
    await run(words);
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
    "DatabaseForbidden",
    "DatabaseTooNew",
    "DatabaseUnreachable",
    "KeyringError",
    "AllowedHostsError",
  ];
  return ours.includes(error.name)
    ? `sharewell: ${error.message}`
    : `sharewell: ${error.stack ?? error.message}`;
}
