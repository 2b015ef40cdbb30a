/** Runs a command of `sharewell` to its end, in this process: starting one takes longer than most commands do. */
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { format } from "node:util";
import { runCommand } from "../../../src/cli/process/run-command.ts";

export interface EndedCommand {
  readonly code: number;
  /** Everything that it printed, and its log. */
  readonly output: string;
}

/**
 * Runs a command. One at a time: meanwhile the terminal, the exit code and the environment of this process are those
 * of the command.
 * @param words its name and its arguments
 * @param environment all there is, besides PATH
 */
export async function sharewell(
  words: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<EndedCommand> {
  const folder = mkdtempSync(join(tmpdir(), "sharewell-command-"));
  const file = join(folder, "output");
  const terminal = openSync(file, "w");
  const restore = redirect(terminal, { PATH: process.env.PATH ?? "", ...environment });
  try {
    await runCommand(words);
    return { code: Number(process.exitCode ?? 0), output: readFileSync(file, "utf8") };
  } finally {
    restore();
    closeSync(terminal);
    rmSync(folder, { recursive: true });
  }
}

/** Puts a file in place of the terminal. @returns undoes everything */
function redirect(terminal: number, environment: Record<string, string>): () => void {
  const { env, exitCode, stdout, stderr } = process;
  const { log, error, warn } = console;
  const write = stderr.write;
  const own = Object.getOwnPropertyDescriptor(stdout, "fd");
  const print = (...parts: unknown[]) => void writeSync(terminal, `${format(...parts)}\n`);
  process.env = environment;
  process.exitCode = undefined;
  Object.assign(console, { log: print, error: print, warn: print });
  Object.assign(stderr, { write: (text: string | Uint8Array) => writeSync(terminal, String(text)) > 0 });
  // The log goes to the file descriptor of the standard output.
  Object.defineProperty(stdout, "fd", { value: terminal, configurable: true });
  return () => {
    process.env = env;
    process.exitCode = exitCode;
    Object.assign(console, { log, error, warn });
    Object.assign(stderr, { write });
    if (own === undefined) Reflect.deleteProperty(stdout, "fd");
    else Object.defineProperty(stdout, "fd", own);
  };
}
