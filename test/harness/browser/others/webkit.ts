/** WebKitGTK's small browser, driven by WebDriver, on a screen that nobody sees. */
import { z } from "zod";
import { ANSWER_MS } from "./limit.ts";
import { startProgram } from "./program.ts";
import type { Remote } from "./remote.ts";

const answerShape = z.object({ value: z.unknown() });
const sessionShape = z.object({ sessionId: z.string() });

/** Starts a fresh session. @param port for its driver, free */
export async function openWebkit(port: number): Promise<Remote> {
  const screen = await startProgram(
    ["Xvfb", "-displayfd", "1", "-screen", "0", "1280x900x24", "-nolisten", "tcp"],
    /^(\d+)\n/m,
  );
  const driver = await startProgram(
    ["sh", "-c", `echo starting; exec WebKitWebDriver --port=${port}`],
    /(starting)/,
    // It draws without a graphics card, and no other program on the machine is asked for anything.
    {
      DISPLAY: `:${screen.found}`,
      LIBGL_ALWAYS_SOFTWARE: "1",
      GSETTINGS_BACKEND: "memory",
      NO_AT_BRIDGE: "1",
    },
  );
  const ask = async (method: "POST" | "DELETE", path: string, body?: object): Promise<unknown> => {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      signal: AbortSignal.timeout(ANSWER_MS),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`WebKit answered ${answer.status} to ${path}: ${text}`);
    return answerShape.parse(JSON.parse(text)).value;
  };
  const { sessionId } = sessionShape.parse(
    await untilUp(() => ask("POST", "/session", { capabilities: {} })),
  );
  const session = `/session/${sessionId}`;
  return {
    async open(url) {
      await ask("POST", `${session}/url`, { url });
    },
    evaluate: (expression) =>
      ask("POST", `${session}/execute/sync`, { script: `return (${expression});`, args: [] }),
    async perform(actions) {
      await ask("POST", `${session}/actions`, { actions });
    },
    async close() {
      await ask("DELETE", session).catch(() => {});
      await driver.stop();
      await screen.stop();
    },
  };
}

/** The driver does not say when it listens. */
async function untilUp<T>(attempt: () => Promise<T>): Promise<T> {
  for (let tries = 0; ; tries += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof TypeError) || tries > 100) throw error;
      await new Promise((done) => setTimeout(done, 100));
    }
  }
}
