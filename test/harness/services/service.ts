/** The whole service in this process, with simulated networks and its own database. */
import { Writable } from "node:stream";
import { type Emulator, startEmulator } from "../../../emulator/server.ts";
import { demoSecret, registerApps } from "../../../src/cli/demo/demo-apps.ts";
import { type Config, readConfig } from "../../../src/config/config.ts";
import { mastodonApps, socialConnections } from "../../../src/database/schema.ts";
import { createLog } from "../../../src/operation/log.ts";
import type { Letter } from "../../../src/people/mail/mail.ts";
import type { RuntimeParts } from "../../../src/service/runtime.ts";
import { type Service, startService } from "../../../src/service/service.ts";
import { freshDatabaseUrl } from "../database/database.ts";
import { letTimePass, onFreePort, serviceVariables } from "../networks/networks.ts";
import { quickPasswords } from "../people/passwords.ts";

export interface TestService extends Service {
  readonly address: string;
  readonly emulator: Emulator;
  readonly config: Config;
  /** Mails in the order they were sent. */
  readonly letters: Letter[];
  /** The log so far, one JSON line each. */
  log(): string;
}

type Changes = Record<string, string>;

/**
 * Starts a service.
 * @param changes settings that differ from the usual ones; a function if they contain the port
 * @param parts.fetch how the service reaches the networks
 * @param parts.now its clock, instead of the database's
 */
export async function startTestService(
  changes: Changes | ((port: number) => Changes) = {},
  parts: Pick<RuntimeParts, "fetch" | "now"> = {},
): Promise<TestService> {
  const emulator = await startEmulator();
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
    check: async () => undefined,
    async send(letter: Letter) {
      letters.push(letter);
    },
  };
  const { service, config } = await onFreePort(async (port) => {
    const config = readConfig(
      serviceVariables({
        port,
        emulator,
        changes: { DATABASE_URL: databaseUrl, ...(typeof changes === "function" ? changes(port) : changes) },
      }),
      {},
    );
    return {
      config,
      service: await startService(config, {
        passwords: quickPasswords,
        ...parts,
        mailer,
        // Time that a network needs between two steps passes at once.
        wait: async (milliseconds) => letTimePass(emulator, milliseconds),
        log: createLog("debug", { to: sink }),
      }),
    };
  });
  await registerApps(emulator, config.baseUrl.href);
  return {
    ...service,
    config,
    emulator,
    letters,
    address: config.baseUrl.href,
    log: () => lines.join(""),
    stop: async () => {
      const secrets = await findSecrets(service.runtime, config);
      await service.stop();
      const leaked = secrets.filter((secret) => lines.some((line) => line.includes(secret)));
      if (leaked.length > 0) throw new Error(`${leaked.length} secrets stand in the log.`);
      await emulator.stop();
    },
  };
}

/** Everything that must never be logged: keys, tokens, client secrets. Checked when a test service stops. */
async function findSecrets({ database, vault }: Service["runtime"], config: Config): Promise<string[]> {
  const sealed: (string | null)[] = [];
  for (const row of await database.select().from(socialConnections))
    sealed.push(row.accessTokenEnc, row.refreshTokenEnc, row.ownerTokenEnc);
  for (const row of await database.select().from(mastodonApps)) sealed.push(row.clientSecretEnc);
  const opened = sealed.filter((value) => value !== null).map((value) => vault.decrypt(value));
  return [config.encryptionKeys, config.sessionSecret, demoSecret, ...opened];
}
