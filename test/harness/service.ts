/** The whole service in this process, with simulated networks and a database of its own. */
import { Writable } from "node:stream";
import { pino } from "pino";
import { type Emulator, startEmulator } from "../../emulator/server.ts";
import { type Config, readConfig } from "../../src/config.ts";
import { logRedaction } from "../../src/net/redact.ts";
import type { Letter } from "../../src/people/mail.ts";
import { type Service, startService } from "../../src/service.ts";
import { freshDatabaseUrl } from "./database.ts";
import { onFreePort, registerTwitterApp, serviceVariables } from "./networks.ts";

export interface TestService extends Service {
  readonly address: string;
  readonly emulator: Emulator;
  readonly config: Config;
  /** Mails in the order they were sent. */
  readonly letters: Letter[];
  /** Everything logged so far, one JSON line each. */
  log(): string;
}

/** @param changes settings that differ from the usual ones of a test */
export async function startTestService(changes: Record<string, string> = {}): Promise<TestService> {
  const emulator = await startEmulator({ ports: { mastodon: 0, twitter: 0 } });
  const databaseUrl = await freshDatabaseUrl();
  const letters: Letter[] = [];
  const lines: string[] = [];
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(chunk.toString("utf8"));
      done();
    },
  });
  const mailer = {
    available: true,
    async send(letter: Letter) {
      letters.push(letter);
    },
  };
  const { service, config } = await onFreePort(async (port) => {
    const config = readConfig(
      serviceVariables({ port, emulator, changes: { DATABASE_URL: databaseUrl, ...changes } }),
      {},
    );
    return {
      config,
      service: await startService(config, { mailer, log: pino({ level: "debug", ...logRedaction }, sink) }),
    };
  });
  await registerTwitterApp(emulator, `${config.baseUrl}social/callback/twitter/`);
  return {
    ...service,
    config,
    emulator,
    letters,
    address: config.baseUrl.href,
    log: () => lines.join(""),
    stop: async () => {
      await service.stop();
      await emulator.stop();
    },
  };
}
