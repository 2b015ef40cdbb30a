/** The steps of docs/operate.md for systemd, on a fresh clone and on an upgrade, with what the unit starts. */
import { execFile, execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { freePort } from "../harness/networks/networks.ts";
import { type RunningProcess, startProcess, untilReady } from "../harness/services/process.ts";
import { waitFor } from "../harness/wait.ts";

const root = resolve(import.meta.dirname, "../..");
const page = readFileSync(join(root, "docs/operate.md"), "utf8");
const section = page.slice(page.indexOf("### Under systemd"), page.indexOf("## Settings"));
const [install = "", upgrade = ""] = [...section.matchAll(/```sh\n(.*?)```/gs)].map(
  ([, steps = ""]) => steps,
);

let machine: string;
let origin: string;
let port: number;

beforeAll(async () => {
  machine = mkdtempSync(join(tmpdir(), "sharewell-recipe-"));
  origin = join(machine, "origin");
  port = await freePort();
  execFileSync("git", ["clone", "-q", root, origin]);
  git("checkout", "-q", "-B", "main");
});
afterAll(() => rmSync(machine, { recursive: true, force: true }));

function git(...words: string[]): void {
  execFileSync("git", ["-c", "user.name=Olga", "-c", "user.email=olga@example.com", ...words], {
    cwd: origin,
  });
}

/** The same steps below the test's folder, without what only root and systemd can do; packages are those of this checkout. */
async function follow(steps: string): Promise<void> {
  const script = steps
    .replaceAll("<this repository>", origin)
    .replaceAll(/(?<![\w.])\/(opt|etc|usr|var)\//g, `${machine}/$1/`)
    .split("\n")
    .filter((line) => !/\b(?:useradd|systemctl|sudoedit)\b/.test(line))
    .map((line) =>
      line.replaceAll(/\bsudo /g, "").replace(/^npm ci$/, `ln -sfn ${root}/node_modules node_modules`),
    )
    .join("\n");
  for (const folder of ["opt", "etc/systemd/system", "usr/local/sbin", "var/lib/sharewell"])
    mkdirSync(join(machine, folder), { recursive: true });
  await promisify(execFile)("bash", ["-euc", script], { env: { ...process.env, NODE_ENV: undefined } });
}

/** Starts what the installed unit says, with its settings and credentials. */
async function startUnit(): Promise<RunningProcess> {
  const unit = readFileSync(join(machine, "etc/systemd/system/sharewell.service"), "utf8")
    .replaceAll("%d", join(machine, "etc/sharewell"))
    .replaceAll("/opt/", `${machine}/opt/`)
    .replaceAll("/var/", `${machine}/var/`);
  const valuesOf = (key: string) =>
    [...unit.matchAll(new RegExp(`^${key}=(.*)$`, "gm"))].map(([, value = ""]) => value);
  const [, program = "", ...words] = valuesOf("ExecStart")[0]?.split(" ") ?? [];
  const pairs = valuesOf("Environment").map((pair) => pair.split(/=(.*)/s).slice(0, 2) as [string, string]);
  const [folder = ""] = valuesOf("WorkingDirectory");
  const started = startProcess(
    words,
    { ...Object.fromEntries(pairs), PORT: String(port), SOCIAL_BASE_URL: `http://127.0.0.1:${port}/` },
    join(folder, program),
  );
  onTestFinished(async () => {
    started.child.kill("SIGTERM");
    await started.ended;
  });
  await untilReady(started, `http://127.0.0.1:${port}/`);
  return started;
}

/** The first steps are told once it is known whether anybody has an account. */
async function untilSaid(running: RunningProcess, words: string): Promise<void> {
  await waitFor(words, () => running.output().includes(words) || undefined);
}

// Two builds, each of some twenty seconds of one core.
test("a fresh clone starts by the recipe, and after an upgrade nothing of the old build is left to run", async () => {
  await follow(install);
  const first = await startUnit();
  await untilSaid(first, `Open http://127.0.0.1:${port}/ and create your account`);
  first.child.kill("SIGTERM");
  expect(await first.ended).toBe(0);

  const words = join(origin, "src/cli/process/first-steps.ts");
  writeFileSync(
    words,
    readFileSync(words, "utf8").replace("Sharewell is up. Open", "Sharewell is renewed. Open"),
  );
  git("commit", "-qam", "Say it anew");
  const built = join(machine, "opt/sharewell/dist");
  cpSync(join(built, "src/main.js"), join(built, "src/gone.js"));
  await follow(upgrade);
  expect(existsSync(join(built, "src/gone.js"))).toBe(false);
  const second = await startUnit();
  await untilSaid(second, "Sharewell is renewed. Open");
}, 900_000);
