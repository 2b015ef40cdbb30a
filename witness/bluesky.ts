/** The reference server of Bluesky, from npm. The product does not support it yet: this only starts it and repeats a request. */
import { join } from "node:path";
import { z } from "zod";
import { freePort } from "../test/harness/networks/networks.ts";
import type { Finding, Report } from "./findings.ts";
import { installPackages } from "./npm.ts";
import { start } from "./programs.ts";

const packages = { "@atproto/pds": "0.5.35", "@atproto/dev-env": "0.6.7" };

/** Starts the server with a separate identity directory. Ends when its input ends. */
const program = `
const { TestPds, TestPlc } = await import("@atproto/dev-env");
const plc = await TestPlc.create({ port: Number(process.env.PLC_PORT) });
const pds = await TestPds.create({ port: Number(process.env.PDS_PORT), didPlcUrl: plc.url });
console.log("READY " + pds.url);
`;

const accountShape = z.object({ did: z.string(), accessJwt: z.string() });
const recordShape = z.object({ uri: z.string() });
const listShape = z.object({ records: z.array(recordShape) });

/** @throws {Absent} */
export async function askBluesky(): Promise<Report> {
  const folder = installPackages("bluesky", packages);
  const ports = { PDS_PORT: String(await freePort()), PLC_PORT: String(await freePort()) };
  const env = { ...ports, TMPDIR: join(folder), LOG_ENABLED: "false" };
  const server = await start(
    process.execPath,
    ["--input-type=module", "--eval", program],
    { cwd: folder, env },
    (output) => output.includes("READY"),
  );
  try {
    const [, address = ""] = /READY (\S+)/.exec(server.output()) ?? [];
    return {
      witness: `Bluesky's @atproto/pds ${packages["@atproto/pds"]}`,
      findings: await postTwice(address),
    };
  } finally {
    await server.stop();
  }
}

/** Sends the same record under a key that we chose, as a repeat after a lost answer would. */
async function postTwice(address: string): Promise<Finding[]> {
  const call = async (method: string, body: object, token?: string) =>
    await fetch(`${address}/xrpc/${method}`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify(body),
    });
  const created = await call("com.atproto.server.createAccount", {
    ...{ handle: "ana.test", email: "ana@example.com", password: "a sea of lanterns" },
  });
  const { did, accessJwt } = accountShape.parse(await created.json());
  const post = {
    ...{ repo: did, collection: "app.bsky.feed.post", rkey: "3lwitnesszz2z" },
    record: { $type: "app.bsky.feed.post", text: "Worth a read", createdAt: new Date().toISOString() },
  };
  const statuses: number[] = [];
  for (let time = 0; time < 2; time += 1)
    statuses.push((await call("com.atproto.repo.createRecord", post, accessJwt)).status);
  const list = await fetch(
    `${address}/xrpc/com.atproto.repo.listRecords?repo=${did}&collection=app.bsky.feed.post`,
  );
  const { records } = listShape.parse(await list.json());
  return [
    { tried: "an account and a post", seen: `as ${did}`, isBroken: false },
    {
      tried: "the same record key twice",
      seen: `answered ${statuses.join(", then ")}; ${records.length} there`,
      isBroken: records.length !== 1,
    },
  ];
}
