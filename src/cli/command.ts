/** What a command is, and what they share: reading flags, and stopping when told to. */
import { parseArgs } from "node:util";

/** Does its work; throws an error whose message is for the terminal. */
export type Command = (words: readonly string[]) => Promise<void>;

/** The command was called with words that it does not take. */
export class UsageError extends Error {
  override name = "UsageError";
}

/** The values of `--name VALUE` flags. @throws {UsageError} */
export function readFlags<Name extends string>(
  words: readonly string[],
  names: readonly Name[],
): Partial<Record<Name, string>> {
  const options = Object.fromEntries(names.map((name) => [name, { type: "string" as const }]));
  try {
    return parseArgs({ args: [...words], options, strict: true }).values as Partial<Record<Name, string>>;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** What `--port` and `--data` say, as the settings that they stand for. @throws {UsageError} */
export function readPlace(words: readonly string[]): Readonly<Record<string, string>> {
  const { port, data } = readFlags(words, ["port", "data"]);
  return {
    ...(port === undefined ? {} : { PORT: port }),
    ...(data === undefined ? {} : { SOCIAL_DATA_DIR: data }),
  };
}

/** Ends the process when the service lost its database, so that whoever watches over it starts it again. */
export function endWhenLost(lost: Promise<Error>): void {
  lost.then((reason) => {
    console.error(`sharewell: ${reason.message}. Start the service again.`);
    process.exit(1);
  });
}

/** Runs `stop` on the first Ctrl-C or SIGTERM and then ends the process; the second one ends it at once. */
export function stopOnSignal(stop: () => Promise<void>): void {
  let stopping = false;
  const onSignal = () => {
    if (stopping) process.exit(130);
    stopping = true;
    stop().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  };
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
}
