/** What all commands share: reading their arguments and stopping on a signal. */
import { parseArgs } from "node:util";

/** Runs a command. Throws an error with a message for the terminal. */
export type Command = (words: readonly string[]) => Promise<void>;

/** The command was used in a way it does not support. */
export class UsageError extends Error {
  override name = "UsageError";
}

/** The arguments are invalid: the message is followed by a pointer to the command's help. */
export class WrongArguments extends UsageError {}

interface Taken<Value extends string, Switch extends string> {
  /** Names of `--name VALUE`. */
  readonly values?: readonly Value[];
  /** Names of `--name`. */
  readonly switches?: readonly Switch[];
  /** How many positional arguments; none by default. */
  readonly words?: number;
}

interface Arguments<Value extends string, Switch extends string> {
  readonly values: Readonly<Partial<Record<Value, string>>>;
  has(name: Switch): boolean;
  readonly words: readonly string[];
}

/** Parses the arguments of a command. @throws {WrongArguments} if the command does not take them */
export function readArguments<Value extends string = never, Switch extends string = never>(
  args: readonly string[],
  taken: Taken<Value, Switch>,
): Arguments<Value, Switch> {
  const options = {
    ...Object.fromEntries((taken.values ?? []).map((name) => [name, { type: "string" as const }])),
    ...Object.fromEntries((taken.switches ?? []).map((name) => [name, { type: "boolean" as const }])),
  };
  const { values, positionals } = parse(args, options);
  // Does not repeat the argument, which may be a key.
  if (positionals.length > (taken.words ?? 0)) throw new WrongArguments("There are too many arguments.");
  const empty = Object.keys(values).find((name) => values[name] === "");
  if (empty !== undefined) throw new WrongArguments(`--${empty} needs a value.`);
  return {
    values: values as Partial<Record<Value, string>>,
    has: (name) => values[name] === true,
    words: positionals,
  };
}

function parse(args: readonly string[], options: Readonly<Record<string, { type: "string" | "boolean" }>>) {
  try {
    return parseArgs({ args: [...args], options, strict: true, allowPositionals: true });
  } catch (error) {
    // The rest of Node's message explains arguments that begin with a dash.
    throw new WrongArguments(
      `${error instanceof Error ? error.message.split(/\.(?: |$)/)[0] : String(error)}.`,
    );
  }
}

/** The settings that `--port` and `--data` override. */
export function toSettings({
  port,
  data,
}: {
  readonly port?: string;
  readonly data?: string;
}): Readonly<Record<string, string>> {
  return {
    ...(port === undefined ? {} : { PORT: port }),
    ...(data === undefined ? {} : { SOCIAL_DATA_DIR: data }),
  };
}

/** Ends the process when the service lost its database, so that its supervisor restarts it. */
export function endWhenLost(
  lost: Promise<Error>,
  tell: (words: string) => void = (words) => process.stderr.write(`sharewell: ${words}\n`),
): void {
  lost.then((reason) => {
    tell(`${reason.message}. Start the service again.`);
    process.exit(1);
  });
}

/** Three times the longest stop: anything still open then never closes. */
const STOP_MS = 60_000;

/**
 * Runs `stop` on the first SIGINT or SIGTERM and then ends the process, at the latest after `withinMs` milliseconds. A
 * second signal ends it at once.
 */
export function stopOnSignal(
  stop: () => Promise<void>,
  withinMs = STOP_MS,
  tell: (problem: Error) => void = (problem) => console.error(`sharewell: ${problem.message}`),
): void {
  let stopping = false;
  const onSignal = () => {
    if (stopping) process.exit(130);
    stopping = true;
    setTimeout(() => {
      tell(new Error("Something did not close in time. Nothing is lost; the process ends now."));
      process.exit(1);
    }, withinMs);
    stop().then(
      () => process.exit(0),
      (error: unknown) => {
        tell(error instanceof Error ? error : new Error(String(error)));
        process.exit(1);
      },
    );
  };
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
}
