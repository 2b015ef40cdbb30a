/**
 * Bluesky’s reference server with a separate identity directory, from npm. It runs on the machine's own Node, because its
 * SQLite binding ends processes of newer ones.
 */
import { accessSync, constants, existsSync, realpathSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { z } from "zod";
import { freePort } from "../../test/harness/networks/networks.ts";
import { Absent } from "../findings.ts";
import { installPackages } from "../npm.ts";
import { run, start } from "../programs.ts";
import type { Login } from "./consent.ts";

const packages = { "@atproto/pds": "0.5.35", "@atproto/dev-env": "0.6.7" };

/** What Node 20 lacks of what the server needs. Newer versions have all of it. */
const shim = `
require("core-js/stable");
const zlib = require("node:zlib");
zlib.createZstdDecompress ??= zlib.createGunzip;
zlib.createZstdCompress ??= zlib.createGzip;
require("node:worker_threads").markAsUncloneable ??= () => {};
`;

const program = `
const { TestPds, TestPlc } = await import("@atproto/dev-env");
const plc = await TestPlc.create({ port: Number(process.env.PLC_PORT) });
const pds = await TestPds.create({ port: Number(process.env.PDS_PORT), didPlcUrl: plc.url });
console.log("READY " + pds.url + " " + plc.url);
`;

export interface Bluesky {
  readonly name: string;
  /** The origin of the server, which is its own authorization server. */
  readonly origin: string;
  readonly directory: string;
  /** Adds an account. */
  addAccount(handle: string): Promise<Member>;
  stop(): Promise<void>;
}

export interface Member {
  readonly did: string;
  readonly login: Login;
  /** The account's session on the server, beside our connection. */
  readonly token: string;
}

const accountShape = z.object({ did: z.string(), accessJwt: z.string() });

/** @throws {Absent} */
export async function bringUpBluesky(): Promise<Bluesky> {
  const folder = installPackages("bluesky", packages);
  const node = findNode();
  compileBinding(folder, node);
  const shimFile = join(folder, "shim.cjs");
  writeFileSync(shimFile, shim);
  const ports = { PDS_PORT: String(await freePort()), PLC_PORT: String(await freePort()) };
  const env = { ...ports, TMPDIR: folder, LOG_ENABLED: "false", NODE_OPTIONS: "" };
  const running = await start(
    node,
    ["--require", shimFile, "--input-type=module", "--eval", program],
    { cwd: folder, env },
    (output) => output.includes("READY"),
  );
  const [, origin = "", directory = ""] = /READY (\S+) (\S+)/.exec(running.output()) ?? [];
  return {
    name: `Bluesky's @atproto/pds ${packages["@atproto/pds"]}`,
    ...{ origin, directory, stop: running.stop },
    addAccount: async (handle) => {
      const login = { name: handle, password: "a sea of lanterns" };
      const created = await callServer(origin, "com.atproto.server.createAccount", {
        body: { handle, email: `${handle}@example.com`, password: login.password },
      });
      const { did, accessJwt } = accountShape.parse(await created.json());
      return { did, login, token: accessJwt };
    },
  };
}

/** Calls the server as the account's own app does. */
export async function callServer(
  origin: string,
  name: string,
  { body, token }: { readonly body?: object; readonly token?: string },
): Promise<Response> {
  const answer = await fetch(`${origin}/xrpc/${name}`, {
    method: "POST",
    headers: {
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    body: body === undefined ? null : JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${name}: ${answer.status} ${await answer.text()}`);
  return answer;
}

/** The Node that this machine has beside the project's own. */
function findNode(): string {
  const found = (process.env.PATH ?? "")
    .split(delimiter)
    .filter((folder) => !folder.includes("node_modules"))
    .map((folder) => join(folder, "node"))
    .find(isProgram);
  if (found === undefined) throw new Absent("The reference server needs a Node beside the project's own.");
  return realpathSync(found);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Needs gcc, make, Python and Node's headers, which Debian's package `libnode-dev` or Node's own archive contain. */
function compileBinding(folder: string, node: string): void {
  const binding = join(folder, "node_modules", "better-sqlite3");
  if (existsSync(join(binding, "build", "Release", "better_sqlite3.node"))) return;
  const headers = dirname(dirname(node));
  const isThere = existsSync(join(headers, "include", "node", "node.h"));
  if (!isThere) throw new Absent(`There are no headers of Node in ${headers}/include/node.`);
  run("npx", ["--yes", "node-gyp", "rebuild", "--release", `--nodedir=${headers}`], { cwd: binding });
}
