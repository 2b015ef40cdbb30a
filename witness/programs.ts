/** Runs the programs that witnesses need, and names the folder in which installed ones are kept. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { waitFor } from "../test/harness/wait.ts";
import { Absent } from "./findings.ts";

/** Kept across runs, outside the repository. */
export function keptFolder(name: string): string {
  const folder = join(homedir(), ".cache", "sharewell-witness", name);
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** Runs a program to its end. @returns its output @throws {Absent} with the end of its output if it fails or is missing */
export function run(
  command: string,
  words: readonly string[],
  options: { cwd?: string; input?: string } = {},
): string {
  const ended = spawnSync(command, words, { encoding: "utf8", maxBuffer: 64 * 1_024 * 1_024, ...options });
  if (ended.status === 0) return ended.stdout;
  const why = ended.error?.message ?? (ended.stderr || ended.stdout).trim().split("\n").slice(-2).join(" ");
  throw new Absent(`${command} ${words.slice(0, 3).join(" ")}: ${why}`);
}

export function isInstalled(command: string): boolean {
  return spawnSync("which", [command]).status === 0;
}

export interface Running {
  /** Its output so far. */
  output(): string;
  stop(): Promise<void>;
}

/** @param isReady polled until it returns true @throws {Absent} if the program ends before */
export async function start(
  command: string,
  words: readonly string[],
  options: { cwd?: string; env?: Record<string, string> },
  isReady: (output: string) => Promise<boolean> | boolean,
): Promise<Running> {
  // With our environment and these changes.
  const changes = Object.entries(options.env ?? {}).map(([name, value]) => `${name}=${value}`);
  const child = spawn("env", [...changes, command, ...words], {
    cwd: options.cwd,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => (output += chunk.toString("utf8")));
  let failure: string | undefined;
  child.once("error", (error) => (failure = error.message));
  const running = { output: () => output, stop: () => end(child) };
  await waitFor(
    `${command} to be ready`,
    async () => {
      if (failure !== undefined || hasEnded(child))
        throw new Absent(`${command} ended: ${failure ?? child.signalCode ?? output.slice(-500)}`);
      return (await isReady(output)) ? true : undefined;
    },
    300_000,
    200,
  ).catch(async (error: unknown) => {
    await end(child);
    throw error instanceof Absent ? error : new Absent(String(error));
  });
  return running;
}

/** Whether there is any answer. */
export async function answers(url: string): Promise<boolean> {
  return await fetch(url, { signal: AbortSignal.timeout(2_000), redirect: "manual" }).then(
    () => true,
    () => false,
  );
}

/** By itself, or by a signal. */
function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

async function end(child: ChildProcess): Promise<void> {
  if (hasEnded(child) || child.pid === undefined) return;
  const ended = new Promise((done) => child.once("exit", done));
  child.kill("SIGTERM");
  const hard = setTimeout(() => child.kill("SIGKILL"), 10_000);
  await ended;
  clearTimeout(hard);
}
