/** Firefox, driven by WebDriver BiDi, which it speaks itself. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { withinLimit } from "./limit.ts";
import { startProgram } from "./program.ts";
import type { Remote } from "./remote.ts";

const answerShape = z
  .object({ id: z.number(), type: z.string(), result: z.unknown(), message: z.string() })
  .partial();
const treeShape = z.object({ contexts: z.tuple([z.object({ context: z.string() })]) });
const valueShape = z.object({ type: z.string(), result: z.object({ value: z.unknown() }).optional() });

/** Starts a fresh profile without a window. */
export async function openFirefox(): Promise<Remote> {
  const profile = mkdtempSync(join(tmpdir(), "sharewell-firefox-"));
  const program = await startProgram(
    ["firefox-esr", "--headless", "--remote-debugging-port", "0", "--profile", profile, "--no-remote"],
    /WebDriver BiDi listening on (ws:\S+)/,
  );
  const send = await connect(`${program.found}/session`);
  await send("session.new", { capabilities: {} });
  const [{ context }] = treeShape.parse(await send("browsingContext.getTree", {})).contexts;
  return {
    async open(url) {
      await send("browsingContext.navigate", { context, url, wait: "complete" });
    },
    async evaluate(expression) {
      const answer = valueShape.parse(
        await send("script.evaluate", {
          expression: `(async () => JSON.stringify(await (${expression})))()`,
          target: { context },
          awaitPromise: true,
        }),
      );
      if (answer.type !== "success") throw new Error(`Firefox could not evaluate ${expression}`);
      const { value } = answer.result ?? {};
      return typeof value === "string" ? JSON.parse(value) : undefined;
    },
    async perform(actions) {
      await send("input.performActions", { context, actions });
    },
    async close() {
      await program.stop();
      rmSync(profile, { recursive: true, force: true });
    },
  };
}

type Send = (method: string, params: object) => Promise<unknown>;

async function connect(address: string): Promise<Send> {
  const socket = new WebSocket(address);
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  const opened = new Promise((done, fail) => {
    socket.onopen = done;
    socket.onerror = () => fail(new Error(`Firefox does not take a connection at ${address}.`));
  });
  await withinLimit(`Firefox at ${address}`, opened);
  socket.onmessage = ({ data }) => {
    const { id, type, result, message } = answerShape.parse(JSON.parse(String(data)));
    const asked = waiting.get(id ?? -1);
    if (type === "success") asked?.resolve(result);
    else if (type === "error") asked?.reject(new Error(message));
  };
  let last = 0;
  return (method, params) => {
    const id = ++last;
    const answer = Promise.withResolvers<unknown>();
    waiting.set(id, answer);
    socket.send(JSON.stringify({ id, method, params }));
    return withinLimit(`Firefox's ${method} ${JSON.stringify(params).slice(0, 200)}`, answer.promise).finally(
      () => waiting.delete(id),
    );
  };
}
