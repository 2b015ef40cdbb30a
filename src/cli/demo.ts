/** `sharewell demo`: the service with simulated networks, an example page and a ready-made login, all on this machine. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { startEmulator } from "../../emulator/server.ts";
import { startExamplePage } from "../../examples/page/server.ts";
import { readConfig, readDemoSettings } from "../config.ts";
import type { Letter, Mailer } from "../people/mail.ts";
import { createPerson } from "../people/sign-up.ts";
import { startService } from "../service.ts";
import { generateKey } from "../vault/fernet.ts";
import { type Command, endWhenLost, readFlags, stopOnSignal } from "./command.ts";

const login = { name: "Ana Lima", email: "ana@example.com", password: "share-well-demo" } as const;
const app = { clientId: "sharewell-demo", clientSecret: "sharewell-demo-secret" } as const;
const HOST = "127.0.0.1";

export const demo: Command = async (words) => {
  const flags = readFlags(words, ["port", "page-port", "mastodon-port", "twitter-port", "data"]);
  const settings = readDemoSettings({
    ...(flags.port === undefined ? {} : { PORT: flags.port }),
    ...(flags["page-port"] === undefined ? {} : { DEMO_PAGE_PORT: flags["page-port"] }),
    ...(flags["mastodon-port"] === undefined ? {} : { EMULATOR_MASTODON_PORT: flags["mastodon-port"] }),
    ...(flags["twitter-port"] === undefined ? {} : { EMULATOR_TWITTER_PORT: flags["twitter-port"] }),
    ...(flags.data === undefined ? {} : { SOCIAL_DATA_DIR: flags.data }),
  });
  const folder = settings.SOCIAL_DATA_DIR;
  mkdirSync(folder, { recursive: true });
  const stops: (() => Promise<void>)[] = [];
  const stopAll = async () => {
    for (const stop of stops.splice(0).reverse()) await stop();
  };
  try {
    const emulator = await startEmulator({
      ports: { mastodon: settings.EMULATOR_MASTODON_PORT, twitter: settings.EMULATOR_TWITTER_PORT },
      host: HOST,
      stateFile: join(folder, "networks.json"),
    });
    stops.push(() => emulator.stop());
    const outbox = createOutbox();
    const page = await startExamplePage({ host: HOST, port: settings.DEMO_PAGE_PORT, outbox: outbox.mails });
    stops.push(page.stop);
    const config = readConfig({
      ...demoVariables(folder),
      PORT: String(settings.PORT),
      HOST,
      SOCIAL_BASE_URL: `http://${HOST}:${settings.PORT}/`,
      SOCIAL_ALLOWED_HOSTS: `*.localhost:${emulator.mastodon.port},${HOST}:${emulator.twitter.port},${HOST}:${page.port}`,
      SOCIAL_TWITTER_ORIGIN: `http://${HOST}:${emulator.twitter.port}`,
      SOCIAL_TWITTER_API_ORIGIN: `http://${HOST}:${emulator.twitter.port}`,
    });
    const service = await startService(config, { mailer: outbox.mailer });
    stops.push(service.stop);
    const address = `http://${HOST}:${service.port}/`;
    page.pointTo(address);
    await registerApp(emulator.twitter.origin, `${address}social/callback/twitter/`);
    await createPerson(service.runtime, login);
    endWhenLost(service.runtime.lost);
    stopOnSignal(stopAll);
    console.log(
      greeting({
        address,
        page: page.address,
        mastodon: `mastodon.localhost:${emulator.mastodon.port}`,
        twitter: `${HOST}:${emulator.twitter.port}`,
        folder,
      }),
    );
  } catch (error) {
    await stopAll();
    throw error;
  }
};

/** Kept with the demo's data, so that what one start encrypted the next can read. */
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
    SOCIAL_TWITTER_CLIENT_ID: app.clientId,
    SOCIAL_TWITTER_CLIENT_SECRET: app.clientSecret,
  };
}

/** The mails of this run, newest first: printed, and shown on the example site's outbox page. */
function createOutbox(): { mails: Letter[]; mailer: Mailer } {
  const mails: Letter[] = [];
  const mailer: Mailer = {
    available: true,
    async send(mail) {
      mails.unshift(mail);
      mails.splice(100);
      console.log(`\nMail to ${mail.to}: ${mail.subject}\n${mail.text}\n`);
    },
  };
  return { mails, mailer };
}

/** The simulated X knows only the callback addresses that its app has registered, as the real one does. */
async function registerApp(origin: string, redirectUri: string): Promise<void> {
  const response = await fetch(`${origin}/_emulator/apps`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      ...app,
      redirectUris: [redirectUri],
      type: "confidential",
      permission: "read-write",
    }),
  });
  if (!response.ok)
    throw new Error(
      `The simulated X did not take the demo's app: ${response.status} ${await response.text()}`,
    );
}

function greeting(at: {
  address: string;
  page: string;
  mastodon: string;
  twitter: string;
  folder: string;
}): string {
  return `
Sharewell is up. Everything runs on this machine; nothing is posted to a real network.

  1. Open the example page     ${at.page}
     and press its Share button.
  2. Sign in as                ${login.email}
     with the password         ${login.password}
  3. Connect an account        Mastodon: type ${at.mastodon}
                               X: just press Connect
     approve, tick, share.

  Sharewell                    ${at.address}
  Simulated Mastodon           http://${at.mastodon}/
  Simulated X                  http://${at.twitter}/
  Mails (magic links)          ${at.page}outbox/
  Data                         ${at.folder}

Ctrl-C stops it all.`;
}
