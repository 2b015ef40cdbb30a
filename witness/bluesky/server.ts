/** Starts the reference server of Bluesky's protocol, from npm, with a directory of identities of its own. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { AccountStatus } from "../../test/harness/networks/bluesky/app.ts";
import { freePort } from "../../test/harness/networks/networks.ts";
import { installPackages } from "../npm.ts";
import { run, start } from "../programs.ts";

/** On Node 24, the server's database ends the process at some collections of memory. */
const node = { name: `node-linux-${process.arch}`, version: "22.23.5" };
export const packages = {
  ...{ "@atproto/pds": "0.5.35", "@atproto/dev-env": "0.6.7" },
  ...{ "node-gyp": "12.4.0", [node.name]: node.version },
};

const program = `
const { TestPds, TestPlc } = await import("@atproto/dev-env");
const plc = await TestPlc.create({ port: Number(process.env.PLC_PORT) });
const pds = await TestPds.create({ port: Number(process.env.PDS_PORT), didPlcUrl: plc.url });
console.log("READY " + pds.url + " " + plc.url);
`;

const password = "a sea of lanterns";

export interface ReferenceServer {
  readonly address: string;
  readonly directory: string;
  stop(): Promise<void>;
}

export interface ReferenceAccount {
  readonly did: string;
  readonly handle: string;
  readonly password: string;
  /** A token with all rights, which no consent page is needed for. */
  readonly accessJwt: string;
}

/** @throws {Absent} */
export async function startReference(): Promise<ReferenceServer> {
  const folder = installPackages("bluesky", packages);
  buildDatabaseBinding(folder);
  const data = mkdtempSync(join(folder, "data-"));
  const env = {
    ...{ PDS_PORT: String(await freePort()), PLC_PORT: String(await freePort()) },
    ...{ TMPDIR: data, LOG_ENABLED: "false" },
  };
  const server = await start(
    join(folder, "node_modules", node.name, "bin/node"),
    ["--input-type=module", "--eval", program],
    { cwd: folder, env },
    (output) => output.includes("READY"),
  );
  const [, address = "", directory = ""] = /READY (\S+) (\S+)/.exec(server.output()) ?? [];
  return {
    address,
    directory,
    async stop() {
      await server.stop();
      rmSync(data, { recursive: true, force: true });
    },
  };
}

/**
 * npm installs without scripts, and the server's database, better-sqlite3, is a C++ addon: it is compiled here, against the
 * headers that come with the server's Node, so nothing else is downloaded. Needs g++, make and Python; takes some minutes, once.
 *
 * @throws {Absent}
 */
function buildDatabaseBinding(folder: string): void {
  const addon = join(folder, "node_modules/better-sqlite3");
  const headers = join(folder, "node_modules", node.name);
  const builtFor = join(addon, `build/node-${node.version}`);
  if (existsSync(builtFor)) return;
  console.error("compiling better-sqlite3 …");
  const nodeGyp = join(folder, "node_modules/node-gyp/bin/node-gyp.js");
  run(process.execPath, [nodeGyp, "rebuild", "--release", `--nodedir=${headers}`], { cwd: addon });
  writeFileSync(builtFor, "");
}

const accountShape = z.object({ did: z.string(), handle: z.string(), accessJwt: z.string() });

export async function createAccount(server: ReferenceServer, name: string): Promise<ReferenceAccount> {
  const answer = await fetch(`${server.address}/xrpc/com.atproto.server.createAccount`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ handle: `${name}.test`, email: `${name}@example.com`, password }),
  });
  return { ...accountShape.parse(await answer.json()), password };
}

/** As the server's moderators do. */
export async function setStatus(
  { address }: ReferenceServer,
  { did }: ReferenceAccount,
  status: AccountStatus,
): Promise<void> {
  const answer = await fetch(`${address}/xrpc/com.atproto.admin.updateSubjectStatus`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      authorization: `Basic ${Buffer.from("admin:admin-pass").toString("base64")}`,
    },
    body: JSON.stringify({
      subject: { $type: "com.atproto.admin.defs#repoRef", did },
      ...(status !== "deactivated" && { takedown: { applied: status === "takendown" } }),
      ...(status !== "takendown" && { deactivated: { applied: status === "deactivated" } }),
    }),
  });
  if (!answer.ok) throw new Error(`The account's status stays: ${answer.status} ${await answer.text()}`);
}
