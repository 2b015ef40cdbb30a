/** snac2, a server in C without idempotency keys: from Debian's package, or built from Debian's source. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { freePort } from "../test/harness/networks/networks.ts";
import { getDebianSource } from "./debian.ts";
import { Absent } from "./findings.ts";
import type { Server } from "./journey.ts";
import { answers, isInstalled, keptFolder, run, start } from "./programs.ts";

/** Debian 13 and later have a package. Its source also builds on Debian 12. */
const SUITE = "trixie";

const configShape = z.looseObject({});

/** @throws {Absent} */
export async function bringUpSnac(): Promise<Server & { stop(): Promise<void> }> {
  const program = isInstalled("snac") ? "snac" : build();
  const [publicPort, port] = [await freePort(), await freePort()];
  const host = `localhost:${publicPort}`;
  const top = mkdtempSync(join(tmpdir(), "sharewell-snac-"));
  const folder = join(top, "data");
  // Its setup asks for address, port, host, prefix and an administrator.
  run(program, ["init", folder], { input: `127.0.0.1\n${port}\n${host}\n\n\n` });
  const file = join(folder, "server.json");
  const config = configShape.parse(JSON.parse(readFileSync(file, "utf8")));
  writeFileSync(file, JSON.stringify({ ...config, protocol: "http" }));
  const people = ["ana", "ben"].map((name) => ({
    name,
    password: readPassword(run(program, ["adduser", folder, name])),
  }));
  const behind = new URL(`http://127.0.0.1:${port}/`);
  const running = await start(program, ["httpd", folder], {}, () => answers(behind.href));
  return {
    ...{ name: readName(program), host, behind, people },
    async stop() {
      await running.stop();
      rmSync(top, { recursive: true, force: true });
    },
  };
}

function build(): string {
  const folder = keptFolder("snac2");
  const find = () => readdirSync(folder).find((name) => existsSync(join(folder, name, "mastoapi.c")));
  if (find() === undefined) getDebianSource("snac2", SUITE, folder);
  const source = find();
  if (source === undefined) throw new Absent("Debian's source of snac2 is not what was expected.");
  // Needs gcc, make, libcurl4-openssl-dev and libssl-dev.
  run("make", [], { cwd: join(folder, source) });
  return join(folder, source, "snac");
}

function readPassword(output: string): string {
  const [, password] = /password is ([^\s]+)/i.exec(output) ?? [];
  if (password === undefined) throw new Absent(`snac gave no password: ${output.slice(0, 300)}`);
  return password;
}

function readName(program: string): string {
  const usage = run("sh", ["-c", `${program} || true`]);
  return `snac2 ${/snac (\d[\w.-]*)/.exec(usage)?.[1] ?? ""}`;
}
