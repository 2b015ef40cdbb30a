/** Firefox, driven by WebDriver BiDi, which it speaks itself. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { z } from "zod";
import { waitFor } from "../../wait.ts";
import { ANSWER_MS, withinLimit } from "./limit.ts";
import { startProgram } from "./program.ts";
import type { Remote } from "./remote.ts";

const answerShape = z
  .object({ id: z.number(), type: z.string(), result: z.unknown(), message: z.string() })
  .partial();
const contextShape = z.object({ context: z.string() });
const tabShape = contextShape.extend({ url: z.string() });
const treeShape = z.object({ contexts: z.tuple([tabShape], tabShape) });
const valueShape = z.object({ type: z.string(), result: z.object({ value: z.unknown() }).optional() });

export interface Firefox extends Remote {
  /** Installs an extension from its folder until Firefox ends. */
  install(folder: string): Promise<void>;
  /** Opens another tab. */
  openTab(): Promise<Remote>;
  /** Waits for a tab at an address. */
  findTab(address: RegExp): Promise<Remote>;
}

/** Starts a fresh profile without a window. */
export async function openFirefox(): Promise<Firefox> {
  const profile = mkdtempSync(join(tmpdir(), "sharewell-firefox-"));
  const program = await startProgram(
    ["firefox-esr", "--headless", "--remote-debugging-port", "0", "--profile", profile, "--no-remote"],
    /WebDriver BiDi listening on (ws:\S+)/,
  );
  const send = await connect(`${program.found}/session`);
  await send("session.new", { capabilities: {} });
  const close = async () => {
    await program.stop();
    rmSync(profile, { recursive: true, force: true });
  };
  const tabs = async () => treeShape.parse(await send("browsingContext.getTree", {})).contexts;
  const tab = (context: string): Remote => ({ ...driveTab(send, context), close });
  const [first] = await tabs();
  return {
    ...tab(first.context),
    async install(folder) {
      const path = resolve(folder);
      await send("webExtension.install", { extensionData: { type: "path", path } });
    },
    async openTab() {
      const { context } = contextShape.parse(await send("browsingContext.create", { type: "tab" }));
      return tab(context);
    },
    async findTab(address) {
      const find = async () => (await tabs()).find(({ url }) => address.test(url));
      return tab((await waitFor(`a tab at ${address}`, find, ANSWER_MS)).context);
    },
  };
}

function driveTab(send: Send, context: string): Omit<Remote, "close"> {
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
