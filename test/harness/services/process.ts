/** Runs the built service as a process that can be stopped or killed. */
import { type ChildProcess, spawn } from "node:child_process";
import { waitFor } from "../wait.ts";

export interface RunningProcess {
  readonly child: ChildProcess;
  /** Everything that it printed so far. */
  output(): string;
  /** Resolves with the exit code, or the signal that ended it. */
  readonly ended: Promise<number | string>;
}

/**
 * Starts `sharewell`, or another built program, with these arguments and no environment but PATH and the place of compiled code.
 * @param under the command of a program that executes it, for example to change the user
 */
export function startProcess(
  words: readonly string[],
  environment: Readonly<Record<string, string>>,
  program = "dist/src/main.js",
  under: readonly string[] = [],
): RunningProcess {
  const [command = process.execPath, ...rest] = [...under, process.execPath, program, ...words];
  const child = spawn(command, rest, {
    env: { PATH: process.env.PATH ?? "", ...compiled(), ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  // A failing test leaves no process behind either.
  const end = () => child.kill("SIGKILL");
  process.once("exit", end);
  child.once("exit", () => process.off("exit", end));
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream?.on("data", (chunk: Buffer) => (output += chunk.toString("utf8")));
  const ended = new Promise<number | string>((done) =>
    child.once("exit", (code, signal) => done(code ?? signal ?? "gone")),
  );
  return { child, output: () => output, ended };
}

/** Where the suite keeps compiled code, so that not every process compiles the same. */
function compiled(): Record<string, string> {
  const { NODE_COMPILE_CACHE: folder } = process.env;
  return folder === undefined ? {} : { NODE_COMPILE_CACHE: folder };
}

/** Enough for a busy machine with a cold database. */
const START_MS = 150_000;

/** Waits until the process reports that it is ready. */
export async function untilReady(running: RunningProcess, address: string): Promise<void> {
  const ask = async () => {
    if (running.child.exitCode !== null) throw new Error(`The process ended: ${running.output()}`);
    return await fetch(`${address}readyz`, { signal: AbortSignal.timeout(5_000) }).then(
      (response) => (response.ok ? true : undefined),
      () => undefined,
    );
  };
  await waitFor(`${address}readyz`, ask, START_MS);
}
