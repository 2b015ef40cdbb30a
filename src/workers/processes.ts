/**
 * Workers as separate processes, for tasks that take much memory, which only the end of a process reliably frees, and
 * for native code, which threads cannot interrupt and which may crash. They start on demand and end when idle.
 */
import { type ChildProcess, fork } from "node:child_process";
import pLimit from "p-limit";
import { type ZodType, z } from "zod";
import {
  beside,
  type Failure,
  type Outcome,
  toOutcome,
  type Workers,
  type WorkersOptions,
} from "./workers.ts";

const IDLE_MS = 10_000;

/** The time for a process to start and load its code, which takes seconds on a busy machine. */
const START_MS = 60_000;

const startedShape = z.object({ started: z.literal(true) });
const answerShape = z.union([z.object({ returned: z.unknown() }), z.object({ thrown: z.string() })]);

/** Creates workers that start with the first task. */
export function createProcesses(options: WorkersOptions): Workers {
  const limit = pLimit(options.mostAtOnce);
  const idle = new Map<ChildProcess, NodeJS.Timeout>();
  const all = new Set<ChildProcess>();

  function take(): ChildProcess {
    const [known] = idle;
    if (known === undefined) return start();
    const [child, timer] = known;
    clearTimeout(timer);
    idle.delete(child);
    child.ref();
    child.channel?.ref();
    return child;
  }

  function start(): ChildProcess {
    const child = fork(beside(import.meta.url, "process-entry"), [options.file, String(options.memoryMb)], {
      // Without our flags and settings. Fewer arenas return memory sooner.
      execArgv: [`--max-old-space-size=${options.memoryMb}`],
      env: { MALLOC_ARENA_MAX: "2" },
      serialization: "advanced",
      stdio: ["ignore", "ignore", "ignore", "ipc"],
    });
    all.add(child);
    child.on("error", () => child.kill("SIGKILL"));
    child.once("exit", () => {
      all.delete(child);
      clearTimeout(idle.get(child));
      idle.delete(child);
    });
    return child;
  }

  /** An idle worker does not keep this process alive. */
  function rest(child: ChildProcess): void {
    child.unref();
    child.channel?.unref();
    const timer = setTimeout(() => child.kill("SIGKILL"), options.idleMs ?? IDLE_MS).unref();
    idle.set(child, timer);
  }

  async function work<T>(task: unknown, shape: ZodType<T>): Promise<Outcome<T>> {
    const child = take();
    const answer = await ask(child, task, options.deadlineMs);
    if ("failure" in answer) {
      child.kill("SIGKILL");
      return answer;
    }
    rest(child);
    const { returned, thrown } = { returned: undefined, thrown: undefined, ...answer };
    return thrown === undefined
      ? toOutcome(returned, shape)
      : { failure: "failed", cause: new Error(thrown) };
  }

  return {
    run: async (task, shape) =>
      limit.pendingCount >= options.mostWaiting ? { failure: "busy" } : await limit(() => work(task, shape)),
    async close() {
      // Idle workers are not referenced, so their end would go unnoticed.
      for (const child of all) child.ref();
      const ended = [...all].map((child) => new Promise((done) => child.once("exit", done)));
      for (const child of all) child.kill("SIGKILL");
      await Promise.all(ended);
    },
  };
}

type Answer = z.infer<typeof answerShape> | { readonly failure: Failure; readonly cause?: unknown };

async function ask(child: ChildProcess, task: unknown, deadlineMs: number): Promise<Answer> {
  const { promise, resolve } = Promise.withResolvers<Answer>();
  const giveUp = () => resolve({ failure: "late" });
  let late = setTimeout(giveUp, START_MS);
  const onExit = () => resolve({ failure: "ended" });
  const onMessage = (message: unknown) => {
    if (startedShape.safeParse(message).success) {
      clearTimeout(late);
      late = setTimeout(giveUp, deadlineMs);
      return;
    }
    const { data, error } = answerShape.safeParse(message);
    resolve(data ?? { failure: "failed", cause: error });
  };
  child.once("exit", onExit).on("message", onMessage);
  child.send(task as object, (error) => {
    if (error !== null) resolve({ failure: "ended", cause: error });
  });
  const answer = await promise;
  clearTimeout(late);
  child.off("exit", onExit).off("message", onMessage);
  return answer;
}
