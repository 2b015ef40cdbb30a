/** What the command line says about itself. */
import { execFileSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { commands } from "../../src/cli/commands.ts";
import { generateKey } from "../../src/vault/fernet.ts";
import { sharewell } from "../harness/services/command.ts";
import { startProcess } from "../harness/services/process.ts";

const run = (...words: string[]) => sharewell(words);

/** In a process of its own. */
async function start(...words: string[]) {
  const process = startProcess(words, {});
  const code = await process.ended;
  return { code, output: process.output() };
}

test("without a word it shows all commands; with help and a name, what that one takes", async () => {
  const { code, output } = await start();
  expect(code).toBe(0);
  for (const { name, summary } of commands)
    expect(output).toMatch(new RegExp(`^ {2}${name} +${summary}$`, "m"));
  const one = await run("help", "doctor");
  expect(one.output).toContain("Usage: sharewell doctor [--data DIR] [--json]");
  expect(one.output).toMatch(/^ {2}--json {2,}print JSON/m);
  expect((await run("doctor", "--help")).output).toBe(one.output);
  expect((await run("demo", "--help")).output).toMatch(/^ {2}--mastodon-port N /m);
});

test("the data folder is said in the same way to every command that uses it", async () => {
  const folder = join(tmpdir(), `sharewell-none-${randomUUID()}`);
  writeFileSync(folder, "not a folder");
  const settings = {
    SOCIAL_BASE_URL: "http://127.0.0.1:4100",
    SOCIAL_ENCRYPTION_KEY: generateKey(),
    SOCIAL_SESSION_SECRET: generateKey(),
  };
  for (const words of [
    ["migrate"],
    ["invite", "ana@example.com"],
    ["recover", "ana@example.com"],
    ["operator", "ana@example.com"],
    ["audit", "verify"],
    ["keys", "rotate"],
  ]) {
    const { code, output } = await sharewell([...words, "--data", folder], settings);
    expect(code, words[0]).toBe(1);
    expect(output, words[0]).toContain(folder);
  }
  rmSync(folder);
});

test("a mistyped command is guessed at, and ends with 2", async () => {
  const { code, output } = await start("docter");
  expect(output).toContain('There is no command "docter". Did you mean "doctor"?');
  expect(code).toBe(2);
  expect(await run("help", "docter")).toEqual({ code, output });
});

test("bash offers the commands, and then their words", async () => {
  const { output } = await run("completions", "bash");
  const complete = (...words: string[]) =>
    execFileSync("bash", [
      "-c",
      `${output}\nCOMP_WORDS=("$@"); COMP_CWORD=$(($#-1)); _sharewell; echo "\${COMPREPLY[*]}"`,
      "bash",
      ...words,
    ])
      .toString()
      .trim();
  expect(complete("sharewell", "do")).toBe("doctor");
  expect(complete("sharewell", "keys", "")).toBe("generate rotate --data");
  expect(complete("sharewell", "audit", "")).toBe("verify --data --head --from-head");
  expect(complete("sharewell", "op")).toBe("operator");
  expect(complete("sharewell", "serve", "--data", "sr")).toBe("src");
  expect(complete("sharewell", "help", "mi")).toBe("migrate");
});

test("for zsh and fish there are completions too, for no other shell", async () => {
  expect((await run("completions", "zsh")).output).toMatch(/^#compdef sharewell/);
  expect((await run("completions", "fish")).output).toContain("complete -c sharewell");
  const { code, output } = await run("completions", "csh");
  expect(output).toContain("bash`, zsh or fish");
  expect(code).toBe(2);
});
