/** `npm run emulator`: runs the simulated networks alone. */
import { parseArgs } from "node:util";
import { z } from "zod";
import { type Emulator, startEmulator } from "./server.ts";

const usage = `Usage: npm run emulator -- [options]

  --mastodon-port PORT   default 4102, or EMULATOR_MASTODON_PORT; 0 takes any free port
  --twitter-port PORT    default 4103, or EMULATOR_TWITTER_PORT
  --host ADDRESS         default 127.0.0.1, or EMULATOR_HOST
  --data DIR             keep posts and tokens in DIR, or EMULATOR_DATA`;

const settingsSchema = z.object({
  mastodonPort: z.coerce.number().int().min(0).max(65_535),
  twitterPort: z.coerce.number().int().min(0).max(65_535),
  host: z.string().min(1),
  data: z.string().optional(),
});

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
      "mastodon-port": { type: "string" },
      "twitter-port": { type: "string" },
      host: { type: "string" },
      data: { type: "string" },
      help: { type: "boolean" },
    },
  });
  if (values.help) return console.log(usage);
  const { env } = process;
  const settings = settingsSchema.parse({
    mastodonPort: values["mastodon-port"] ?? env.EMULATOR_MASTODON_PORT ?? 4102,
    twitterPort: values["twitter-port"] ?? env.EMULATOR_TWITTER_PORT ?? 4103,
    host: values.host ?? env.EMULATOR_HOST ?? "127.0.0.1",
    data: values.data ?? env.EMULATOR_DATA,
  });
  const emulator = await startEmulator({
    ports: { mastodon: settings.mastodonPort, twitter: settings.twitterPort },
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

function announce({ mastodon, twitter }: Emulator): void {
  const servers = mastodon.world.memory.servers.map(({ host }) => `http://${host}:${mastodon.port}`);
  console.log(`The simulated networks are up. Their timelines:

  Mastodon   ${servers.join("\n             ")}
  X          ${twitter.origin}

Everyone there is ready to sign in: approve or refuse on the consent page.
What was posted, and what shall go wrong next: curl ${mastodon.origin}/_emulator/posts
(emulator/README.md tells the rest). Ctrl-C stops.`);
}
