/** What the command line says of itself. */
import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { commands } from "../../src/cli/commands.ts";
import { startProcess } from "../harness/process.ts";

async function run(...words: string[]) {
  const process = startProcess(words, {});
  const code = await process.ended;
  return { code, output: process.output() };
}

test("without a word it shows all commands; with help and a name, what that one takes", async () => {
  const { code, output } = await run();
  expect(code).toBe(0);
  for (const { name, summary } of commands)
    expect(output).toMatch(new RegExp(`^ {2}${name} +${summary}$`, "m"));
  const one = await run("help", "doctor");
  expect(one.output).toContain("Usage: sharewell doctor [--data DIR] [--json]");
  expect((await run("doctor", "--help")).output).toBe(one.output);
});

test("a mistyped command is guessed at, and ends with 2", async () => {
  const { code, output } = await run("docter");
  expect(output).toContain('There is no command "docter". Did you mean "doctor"?');
  expect(code).toBe(2);
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
  expect(complete("sharewell", "keys", "")).toBe("generate rotate");
  expect(complete("sharewell", "help", "mi")).toBe("migrate");
});

test("for zsh and fish there are completions too, for no other shell", async () => {
  expect((await run("completions", "zsh")).output).toMatch(/^#compdef sharewell/);
  expect((await run("completions", "fish")).output).toContain("complete -c sharewell");
  const { code, output } = await run("completions", "csh");
  expect(output).toContain("bash`, zsh or fish");
  expect(code).toBe(2);
});
