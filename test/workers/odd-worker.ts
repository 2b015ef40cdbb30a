/** A worker that does whatever a stranger's document could make one do. */
import { z } from "zod";

// Code that takes a while to load, as all code does on a busy machine.
await new Promise((done) => setTimeout(done, 600));

const taskShape = z.object({
  do: z.enum(["answer", "spin", "hoard", "swell", "throw", "exit", "settings", "pid"]),
  word: z.string().default(""),
  bytes: z.instanceof(Uint8Array).default(new Uint8Array()),
});

export async function work(task: unknown): Promise<unknown> {
  const { do: what, word, bytes } = taskShape.parse(task);
  if (what === "spin") for (;;) Math.sqrt(2);
  if (what === "hoard") {
    const kept: number[][] = [];
    for (;;) kept.push(Array.from({ length: 10_000 }, (_, index) => index + kept.length));
  }
  if (what === "swell") {
    const kept: Buffer[] = [];
    for (;;) {
      kept.push(Buffer.alloc(10_000_000, 1));
      await new Promise((done) => setTimeout(done, 10));
    }
  }
  if (what === "pid") return { word: String(process.pid) };
  if (what === "throw") throw new Error("This document is odd.");
  if (what === "exit") process.exit(3);
  if (what === "settings") return { word: Object.keys(process.env).join(" ") };
  return { word: `${word}!`, length: bytes.byteLength };
}
