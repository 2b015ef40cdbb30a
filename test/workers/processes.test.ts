import { afterAll, expect, test } from "vitest";
import { z } from "zod";
import { createProcesses } from "../../src/workers/processes.ts";
import { beside, type WorkersOptions } from "../../src/workers/workers.ts";

const options: WorkersOptions = {
  file: beside(import.meta.url, "odd-worker"),
  mostAtOnce: 1,
  mostWaiting: 3,
  deadlineMs: 30_000,
  memoryMb: 128,
};
const processes = createProcesses(options);
const hasty = createProcesses({ ...options, deadlineMs: 500 });
const fleeting = createProcesses({ ...options, idleMs: 1 });
afterAll(async () => {
  await Promise.all([processes.close(), hasty.close(), fleeting.close()]);
});

const shape = z.object({ word: z.string() });
const pidShape = z.object({ word: z.coerce.number() });

test("a task is worked on in a process, bytes and all", async () => {
  const task = { do: "answer", word: "Hello", bytes: new Uint8Array(1_000) };
  expect(await processes.run(task, z.object({ word: z.string(), length: z.number() }))).toEqual({
    result: { word: "Hello!", length: 1_000 },
  });
});

test("what a process takes to start is none of its task's time", async () => {
  expect(await hasty.run({ do: "answer", word: "Hello" }, z.object({ word: z.string() }))).toEqual({
    result: { word: "Hello!" },
  });
});

test("work without end is cut off at its deadline, and the next task is done", async () => {
  expect((await hasty.run({ do: "spin" }, shape)).failure).toBe("late");
  expect((await processes.run({ do: "answer" }, shape)).failure).toBeUndefined();
});

test("work that takes too much memory, of JavaScript's or not, ends alone", async () => {
  expect((await processes.run({ do: "swell" }, shape)).failure).toBe("ended");
  expect((await processes.run({ do: "hoard" }, shape)).failure).toBe("ended");
  expect((await processes.run({ do: "answer" }, shape)).failure).toBeUndefined();
});

test("work that throws, ends its process or gives something else is told as a value", async () => {
  const thrown = await processes.run({ do: "throw" }, shape);
  expect(thrown).toMatchObject({ failure: "failed", cause: { message: "Error: This document is odd." } });
  expect((await processes.run({ do: "exit" }, shape)).failure).toBe("ended");
  expect((await processes.run({ do: "answer" }, z.object({ word: z.number() }))).failure).toBe("failed");
});

test("who comes when too many wait is told so at once", async () => {
  const asked = Array.from({ length: 6 }, () => processes.run({ do: "answer" }, shape));
  const failures = (await Promise.all(asked)).map(({ failure }) => failure);
  expect(failures.filter((failure) => failure === "busy")).toHaveLength(2);
  expect(failures.filter((failure) => failure === undefined)).toHaveLength(4);
});

test("a process serves one task after the other, and ends when there is nothing to do", async () => {
  const pid = async (workers = processes) =>
    (await workers.run({ do: "pid" }, pidShape)).result?.word ?? Number.NaN;
  expect(await pid()).toBe(await pid());
  const gone = await pid(fleeting);
  await expect.poll(() => isThere(gone)).toBe(false);
});

test("no setting of the service is in a process's reach", async () => {
  const { result } = await processes.run({ do: "settings" }, shape);
  expect(result?.word.split(" ").filter((name) => /SOCIAL|DATABASE|HOME|PATH/.test(name))).toEqual([]);
});

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
