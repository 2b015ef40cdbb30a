/** `npm run witness -- [--only NAME]`: the product against third-party servers, libraries and API descriptions. */
import "../src/light-imports.ts";
import { parseArgs } from "node:util";
import { askBluesky } from "./bluesky/bluesky.ts";
import { Absent, exitCodeOf, type Report, showReports } from "./findings.ts";
import { play, type Server } from "./journey.ts";
import { askPrometheus } from "./prometheus.ts";
import { bringUpSnac } from "./snac.ts";
import { askDescription, packagedDescription } from "./x.ts";

const { values } = parseArgs({
  options: {
    /** The name of a witness. */
    only: { type: "string" },
    /** The file of X's newest published description. */
    "x-description": { type: "string" },
    /** Where to write what Bluesky's reference server answered. */
    record: { type: "string" },
    /** A running server: its name, its port and its people. */
    server: { type: "string" },
    behind: { type: "string" },
    person: { type: "string", multiple: true, default: [] },
  },
});

/** The witnesses by name. Each returns its findings, or why it could not be started. */
const witnesses: Readonly<Record<string, () => Promise<Report>>> = {
  snac: async () => {
    const server = await bringUpSnac();
    return await playServer(server).finally(() => server.stop());
  },
  bluesky: async () => await askBluesky(values.record),
  prometheus: askPrometheus,
  "x-2023": async () => await askX(packagedDescription()),
  x: async () => {
    const file = values["x-description"];
    if (file === undefined)
      throw new Absent(
        "X's newest description is in no package: name its file with --x-description (docs/testing/witnesses.md).",
      );
    return await askX(file);
  },
};

async function playServer(server: Server): Promise<Report> {
  return { witness: server.name, findings: await play(server, (line) => console.error(line)) };
}

async function askX(file: string): Promise<Report> {
  const { version, findings } = await askDescription(file);
  return { witness: `X's description ${version}`, findings };
}

/** The server that is already running. */
function givenServer(host: string): Server {
  const people = values.person.map((person) => {
    const [name = "", ...password] = person.split(":");
    return { name, password: password.join(":") };
  });
  return { name: host, host, behind: new URL(values.behind ?? ""), people };
}

const chosen =
  values.server === undefined
    ? Object.entries(witnesses).filter(([name]) => values.only === undefined || values.only === name)
    : [[values.server, () => playServer(givenServer(values.server ?? ""))] as const];
if (chosen.length === 0)
  throw new Error(`There is no witness ${values.only}: ${Object.keys(witnesses).join(", ")}.`);
const reports: Report[] = [];
for (const [name, ask] of chosen) {
  console.error(`${name} …`);
  reports.push(
    await ask().catch((error: unknown) => {
      if (error instanceof Absent) return { witness: name, findings: [], absent: error.message };
      throw error;
    }),
  );
}
console.log(showReports(reports));
process.exit(exitCodeOf(reports));
