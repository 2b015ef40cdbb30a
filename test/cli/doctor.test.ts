/** `sharewell doctor`, as an operator or a script runs it. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Emulator, startEmulator } from "../../emulator/server.ts";
import { registerApps } from "../../src/cli/demo-apps.ts";
import { freshDatabaseUrl } from "../harness/database.ts";
import { freePort, serviceVariables } from "../harness/networks.ts";
import { startProcess } from "../harness/process.ts";

let emulator: Emulator;
let variables: Record<string, string>;

beforeAll(async () => {
  emulator = await startEmulator();
  const changes = { DATABASE_URL: await freshDatabaseUrl(), SOCIAL_LOG_LEVEL: "warn" };
  variables = serviceVariables({ port: await freePort(), emulator, changes });
  await registerApps(emulator, variables.SOCIAL_BASE_URL ?? "");
});
afterAll(() => emulator.stop());

async function doctor(words: readonly string[] = [], changes: Record<string, string> = {}) {
  const process = startProcess(["doctor", ...words], { ...variables, ...changes });
  const code = await process.ended;
  return { code, output: process.output() };
}

test("where all is in place it says so of each part and each network, and ends with 0", async () => {
  const { code, output } = await doctor();
  expect(output).toMatch(/^✓ Database .*answers within \d+ ms/m);
  for (const label of ["Facebook", "Threads", "X", "LinkedIn"])
    expect(output).toMatch(new RegExp(`^✓ ${label}\\b.*`, "m"));
  expect(output).toContain("Nothing is wrong.");
  expect(code).toBe(0);
});

test("a wrong secret and a mail server that is not there are named, and it ends with 1", async () => {
  const wrong = {
    SOCIAL_TWITTER_CLIENT_SECRET: "not-the-secret",
    SOCIAL_MAIL_URL: `smtp://127.0.0.1:${await freePort()}`,
  };
  const { code, output } = await doctor([], wrong);
  expect(output).toMatch(/^✗ Mail .*SOCIAL_MAIL_URL/m);
  expect(output).toMatch(/^✗ X\b/m);
  expect(output).toContain("2 things are wrong.");
  expect(output).not.toContain("not-the-secret");
  expect(code).toBe(1);
});

test("for programs it writes JSON", async () => {
  const { code, output } = await doctor(["--json"]);
  const checks = JSON.parse(output) as { id: string; verdict: string; words: string }[];
  expect(checks.map(({ id }) => id)).toEqual(
    expect.arrayContaining(["base-url", "database", "clock", "mail"]),
  );
  expect(checks.every(({ words }) => words.length > 0)).toBe(true);
  expect(code).toBe(0);
});

test("settings that are missing are told before anything else", async () => {
  const { code, output } = await doctor([], { SOCIAL_ENCRYPTION_KEY: "", SOCIAL_SESSION_SECRET: "" });
  expect(output).toContain("SOCIAL_ENCRYPTION_KEY is missing: make one with `sharewell keys generate`");
  expect(output).toContain("SOCIAL_SESSION_SECRET is missing");
  expect(code).toBe(1);
});
