/** How a process exits when it is told to. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { expect, test } from "vitest";

test("a process whose stop never comes to an end says so, and ends all the same", async () => {
  const command = join(import.meta.dirname, "../../src/cli/command.ts");
  const script = `
    const { stopOnSignal } = await import(${JSON.stringify(command)});
    stopOnSignal(() => new Promise(() => {}), 100);
    setInterval(() => {}, 1_000);
    console.log("up");`;
  const child = spawn(process.execPath, ["--input-type=module", "--eval", script]);
  let said = "";
  child.stderr.on("data", (chunk) => {
    said += String(chunk);
  });
  await once(child.stdout, "data");
  child.kill("SIGTERM");
  const [code] = await once(child, "close");
  expect(code).toBe(1);
  expect(said).toContain("did not close in time");
});
