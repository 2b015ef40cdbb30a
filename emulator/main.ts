/** `npm run emulator`: runs the simulated networks alone. */
import { parseArgs } from "node:util";
import { z } from "zod";
import { type NetworkName, networkLabels, networkNames, standardPorts } from "./networks.ts";
import { type Emulator, startEmulator } from "./server.ts";

const usage = `Usage: npm run emulator -- [options]

${networkNames.map((name) => `  ${`--${name}-port PORT`.padEnd(23)}default ${standardPorts[name]}, or ${variableOf(name)}; 0 takes any free port`).join("\n")}
  --host ADDRESS         default 127.0.0.1, or EMULATOR_HOST
  --data DIR             keep posts and tokens in DIR, or EMULATOR_DATA`;

const portSchema = z.coerce.number().int().min(0).max(65_535);
const settingsSchema = z.object({ host: z.string().min(1), data: z.string().optional() });

try {
  await main();
} catch (error) {
  console.error(
    error instanceof z.ZodError ? z.prettifyError(error) : error instanceof Error ? error.message : error,
  );
  process.exitCode = 1;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      ...Object.fromEntries(networkNames.map((name) => [`${name}-port`, { type: "string" } as const])),
      host: { type: "string" },
      data: { type: "string" },
      help: { type: "boolean" },
    },
  });
  if (values.help) return console.log(usage);
  const { env } = process;
  const settings = settingsSchema.parse({
    host: values.host ?? env.EMULATOR_HOST ?? "127.0.0.1",
    data: values.data ?? env.EMULATOR_DATA,
  });
  const given: Readonly<Record<string, string | boolean | undefined>> = values;
  const portOf = (name: NetworkName) =>
    portSchema.parse(given[`${name}-port`] ?? env[variableOf(name)] ?? standardPorts[name]);
  const emulator = await startEmulator({
    ports: Object.fromEntries(networkNames.map((name) => [name, portOf(name)])),
    host: settings.host,
    ...(settings.data !== undefined && { stateFile: `${settings.data}/emulator.json` }),
  });
  stopOnSignal(emulator);
  announce(emulator);
}

function stopOnSignal(emulator: Emulator): void {
  for (const signal of ["SIGINT", "SIGTERM"] as const)
    process.once(signal, () => {
      emulator.stop().then(() => process.exit(0));
    });
}

function variableOf(name: NetworkName): string {
  return `EMULATOR_${name.toUpperCase()}_PORT`;
}

function announce(emulator: Emulator): void {
  const { mastodon } = emulator;
  const servers = mastodon.world.memory.servers.map(({ host }) => `http://${host}:${mastodon.port}`);
  const others = networkNames.filter((name) => name !== "mastodon");
  console.log(`The simulated networks are running. Their timelines:

  ${networkLabels.mastodon.padEnd(10)} ${servers.join(`\n${" ".repeat(13)}`)}
${others.map((name) => `  ${networkLabels[name].padEnd(10)} ${emulator[name].origin}`).join("\n")}

Everyone there is already signed in: approve or refuse on the consent page.
List the posts: curl ${mastodon.origin}/_emulator/posts
emulator/README.md describes this and how to plan faults. Ctrl-C stops.`);
}
