/** What a command is, and what they share: reading what follows its name, and stopping when told to. */
import { parseArgs } from "node:util";

/** Does its work; throws an error whose message is for the terminal. */
export type Command = (words: readonly string[]) => Promise<void>;

/** The command was called with words that it does not take. */
export class UsageError extends Error {
  override name = "UsageError";
}

/** What follows a command's name is not what it takes: its help tells. */
export class WrongArguments extends UsageError {}

interface Taken<Value extends string, Switch extends string> {
  /** Names of `--name VALUE`. */
  readonly values?: readonly Value[];
  /** Names of `--name`. */
  readonly switches?: readonly Switch[];
  /** How many words besides; none unless said. */
  readonly words?: number;
}

interface Arguments<Value extends string, Switch extends string> {
  readonly values: Readonly<Partial<Record<Value, string>>>;
  has(name: Switch): boolean;
  readonly words: readonly string[];
}

/** What follows a command's name, taken apart. @throws {WrongArguments} for whatever the command does not take */
export function readArguments<Value extends string = never, Switch extends string = never>(
  args: readonly string[],
  taken: Taken<Value, Switch>,
): Arguments<Value, Switch> {
  const options = {
    ...Object.fromEntries((taken.values ?? []).map((name) => [name, { type: "string" as const }])),
    ...Object.fromEntries((taken.switches ?? []).map((name) => [name, { type: "boolean" as const }])),
  };
  const { values, positionals } = parse(args, options);
  // The word itself is not repeated: it may be a key.
  if (positionals.length > (taken.words ?? 0)) throw new WrongArguments("That is a word too many.");
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
    // After its first sentence Node tells how to write words that begin with a dash.
    throw new WrongArguments(
      `${error instanceof Error ? error.message.split(/\.(?: |$)/)[0] : String(error)}.`,
    );
  }
}

/** What `--port` and `--data` say, as the settings that they stand for. */
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

/** Ends the process when the service lost its database, so that whoever watches over it starts it again. */
export function endWhenLost(
  lost: Promise<Error>,
  tell: (words: string) => void = (words) => process.stderr.write(`sharewell: ${words}\n`),
): void {
  lost.then((reason) => {
    tell(`${reason.message}. Start the service again.`);
    process.exit(1);
  });
}

/** Three times what a stop takes at most: what is still open then never closes. */
const STOP_MS = 60_000;

/**
 * Runs `stop` on the first Ctrl-C or SIGTERM and then ends the process, or after `withinMs` as it is; the second one ends
 * it at once.
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
      tell(new Error("Something could not be closed in time. Nothing is lost; the process ends as it is."));
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
