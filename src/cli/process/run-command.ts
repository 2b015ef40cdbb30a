/** Finds the command that the command line names, runs it, and explains what went wrong. */
import { ConfigError } from "../../config/config.ts";
import { ownVersion } from "../../operation/version.ts";
import { UsageError, WrongArguments } from "../command.ts";
import { commands } from "../commands.ts";
import { tellUnknown, writeHelp, writeHelpOf } from "../help.ts";

/**
 * Runs a command to its end; a service keeps running afterwards. Prints to the terminal, and sets the exit code of the
 * process if something is wrong.
 * @param line what follows `sharewell`: the command's name and its arguments
 */
export async function runCommand([name = "help", ...words]: readonly string[]): Promise<void> {
  const isHelp = (word: string) => ["help", "--help", "-h"].includes(word);
  /** The command that "help serve" and "serve --help" are about. */
  const about = isHelp(name) ? words[0] : name;
  const command = commands.find((known) => known.name === about);
  if (about === undefined || isHelp(about)) {
    console.log(writeHelp(ownVersion()));
  } else if (["--version", "-V"].includes(about)) {
    console.log(ownVersion());
  } else if (command === undefined) {
    console.error(tellUnknown(about));
    process.exitCode = 2;
  } else if (isHelp(name) || words.some((word) => ["--help", "-h"].includes(word))) {
    console.log(writeHelpOf(command));
  } else {
    try {
      const run = await command.load();
      await run(words);
    } catch (error) {
      const hint =
        error instanceof WrongArguments ? ` \`sharewell help ${command.name}\` shows its arguments.` : "";
      // Not with console.error, which the service redirects to its log: this is for the terminal.
      process.stderr.write(`${explain(error)}${hint}\n`);
      process.exitCode = error instanceof UsageError ? 2 : 1;
    }
  }
}

/** Our own errors explain themselves; any other needs its stack trace. */
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
    "BackupUnusable",
    "BackupUnwritable",
    "PlaceFull",
    "PlaceInUse",
    "RestoreUnfinished",
  ];
  return ours.includes(error.name)
    ? `sharewell: ${error.message}`
    : `sharewell: ${error.stack ?? error.message}`;
}
