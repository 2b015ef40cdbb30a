/** `sharewell demo`: runs the service with simulated networks, example sites and an account, all on this machine. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { networkNames } from "../../../emulator/networks.ts";
import { startEmulator } from "../../../emulator/server.ts";
import { blog } from "../../../examples/blog/site.tsx";
import { events } from "../../../examples/events/site.tsx";
import { market } from "../../../examples/market/site.tsx";
import { startOutbox } from "../../../examples/outbox/server.ts";
import { startSite } from "../../../examples/site/server.ts";
import { readConfig, readDemoSettings } from "../../config/config.ts";
import type { Letter, Mailer } from "../../people/mail/mail.ts";
import { createPerson } from "../../people/sign-up/create-person.ts";
import { startService } from "../../service/service.ts";
import { generateKey } from "../../vault/fernet.ts";
import { type Command, endWhenLost, readArguments, stopOnSignal } from "../command.ts";
import { appVariables, registerApps } from "./demo-apps.ts";
import { greeting } from "./greeting.ts";

const login = { name: "Ana Lima", email: "ana@example.com", password: "share-well-demo" } as const;
const HOST = "127.0.0.1";
/** Parts of the demo beside Sharewell and the networks, each with its own port. */
const demoParts = ["blog", "events", "market", "outbox"] as const;

export const demo: Command = async (args) => {
  const ports = [...demoParts, ...networkNames].map((name) => `${name}-port`);
  const flags: Readonly<Record<string, string | undefined>> = readArguments(args, {
    values: ["port", "data", ...ports],
  }).values;
  const settings = readDemoSettings({
    ...pick("PORT", flags.port),
    ...Object.assign(
      {},
      ...demoParts.map((part) => pick(`DEMO_${part.toUpperCase()}_PORT`, flags[`${part}-port`])),
    ),
    ...pick("SOCIAL_DATA_DIR", flags.data),
    ...Object.assign(
      {},
      ...networkNames.map((name) => pick(`EMULATOR_${name.toUpperCase()}_PORT`, flags[`${name}-port`])),
    ),
  });
  const folder = settings.SOCIAL_DATA_DIR;
  mkdirSync(folder, { recursive: true });
  const stops: (() => Promise<void>)[] = [];
  const stopAll = async () => {
    for (const stop of stops.splice(0).reverse()) await stop();
  };
  try {
    const emulator = await startEmulator({
      ports: {
        mastodon: settings.EMULATOR_MASTODON_PORT,
        twitter: settings.EMULATOR_TWITTER_PORT,
        facebook: settings.EMULATOR_FACEBOOK_PORT,
        instagram: settings.EMULATOR_INSTAGRAM_PORT,
        threads: settings.EMULATOR_THREADS_PORT,
        linkedin: settings.EMULATOR_LINKEDIN_PORT,
        bluesky: settings.EMULATOR_BLUESKY_PORT,
      },
      host: HOST,
      stateFile: join(folder, "networks.json"),
    });
    stops.push(() => emulator.stop());
    const outbox = createOutbox();
    const sites = await Promise.all([
      startSite(blog, { host: HOST, port: settings.DEMO_BLOG_PORT }),
      startSite(events, { host: HOST, port: settings.DEMO_EVENTS_PORT }),
      startSite(market, { host: HOST, port: settings.DEMO_MARKET_PORT }),
    ]);
    const mails = await startOutbox(outbox.mails, { host: HOST, port: settings.DEMO_OUTBOX_PORT });
    stops.push(mails.stop, ...sites.map(({ stop }) => stop));
    const config = readConfig({
      ...demoVariables(folder),
      PORT: String(settings.PORT),
      HOST,
      SOCIAL_BASE_URL: `http://${HOST}:${settings.PORT}/`,
      // Whoever tries the demo may have pages of their own on this machine.
      SOCIAL_ALLOWED_HOSTS: [HOST, "localhost", "*.localhost"].join(","),
      SOCIAL_MASTODON_SERVER: new URL(emulator.mastodon.origin).host,
      ...appVariables(emulator),
    });
    const service = await startService(config, { mailer: outbox.mailer });
    stops.push(service.stop);
    const address = `http://${HOST}:${service.port}/`;
    for (const site of sites) site.pointTo(address);
    await registerApps(emulator, address);
    await createPerson(service.runtime, login);
    endWhenLost(service.runtime.lost);
    stopOnSignal(stopAll);
    console.log(
      greeting({
        address,
        login,
        sites: sites.map(({ address }) => address),
        outbox: mails.address,
        networks: networkNames.map((name) => ({ name, origin: emulator[name].origin })),
        folder,
      }),
    );
  } catch (error) {
    await stopAll();
    throw error;
  }
};

/** Stored with the demo's data, so that the next start can read what this one encrypts. */
const secretsShape = z.object({ encryptionKey: z.string(), sessionSecret: z.string() });

function demoVariables(folder: string): Record<string, string> {
  const path = join(folder, "secrets.json");
  if (!existsSync(path)) {
    writeFileSync(path, JSON.stringify({ encryptionKey: generateKey(), sessionSecret: generateKey() }), {
      mode: 0o600,
    });
  }
  const secrets = secretsShape.parse(JSON.parse(readFileSync(path, "utf8")));
  return {
    SOCIAL_DATA_DIR: folder,
    SOCIAL_ENCRYPTION_KEY: secrets.encryptionKey,
    SOCIAL_SESSION_SECRET: secrets.sessionSecret,
    SOCIAL_SIGN_UP: "open",
    SOCIAL_LOG_LEVEL: "warn",
  };
}

/** The emails of this run, newest first: printed, and shown on the outbox page. */
function createOutbox(): { mails: Letter[]; mailer: Mailer } {
  const mails: Letter[] = [];
  const mailer: Mailer = {
    available: true,
    check: async () => undefined,
    async send(mail) {
      mails.unshift(mail);
      mails.splice(100);
      console.log(`\nMail to ${mail.to}: ${mail.subject}\n${mail.text}\n`);
    },
  };
  return { mails, mailer };
}

function pick(name: string, value: string | undefined): Record<string, string> {
  return value === undefined ? {} : { [name]: value };
}
