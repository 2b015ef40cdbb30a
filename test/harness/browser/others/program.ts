/** Starts a program that a test needs, and waits for the line that says where it listens. */
import { spawn } from "node:child_process";
import { withinLimit } from "./limit.ts";

/** A browser that does not end by itself is ended, after milliseconds. */
const END_MS = 5_000;

export interface Program {
  /** What the pattern found in the line. */
  readonly found: string;
  stop(): Promise<void>;
}

/** @param pattern finds the wanted part of the program's output @throws if the program ends before that */
export async function startProgram(
  command: readonly [string, ...string[]],
  pattern: RegExp,
  env: Readonly<Record<string, string>> = {},
): Promise<Program> {
  const [path, ...words] = command;
  const child = spawn(path, words, {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...env },
    detached: true,
  });
  const ended = new Promise<void>((done) => child.once("close", () => done()));
  let output = "";
  const listening = new Promise<string>((done, fail) => {
    const read = (bytes: Buffer) => {
      output += bytes.toString();
      const part = pattern.exec(output)?.[1];
      if (part !== undefined) done(part);
    };
    child.stdout.on("data", read);
    child.stderr.on("data", read);
    child.once("error", fail);
    child.once("close", () => fail(new Error(`${path} ended:\n${output}`)));
  });
  // The whole group: a browser's own processes end with it.
  const signal = (name: "SIGTERM" | "SIGKILL") => {
    if (child.pid !== undefined && child.exitCode === null && child.signalCode === null)
      process.kill(-child.pid, name);
  };
  const stop = async () => {
    signal("SIGTERM");
    await withinLimit(`${path} to end`, ended, END_MS).catch(() => signal("SIGKILL"));
    await ended;
  };
  try {
    return { found: await withinLimit(`${path}, which is to say ${pattern},`, listening), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
