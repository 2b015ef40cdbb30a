/** The whole service in this process, with a separate database, for people with accounts on one real server. */
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { readConfig } from "../src/config/config.ts";
import { users } from "../src/database/schema.ts";
import type { Runtime } from "../src/service/runtime.ts";
import { startService } from "../src/service/service.ts";
import { generateKey } from "../src/vault/fernet.ts";
import { freePort } from "../test/harness/networks/networks.ts";

export interface World {
  /** The address of the service. */
  readonly address: string;
  readonly runtime: Runtime;
  addPerson(name: string): Promise<{ id: string }>;
  stop(): Promise<void>;
}

/**
 * @param server `localhost:PORT`; it has no certificate, so it must be an allowed host
 * @param parts.fetch in place of the guarded fetch
 */
export async function openWorld(
  server: string,
  { variables: changes = {}, ...parts }: { variables?: Record<string, string>; fetch?: typeof fetch } = {},
): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), "sharewell-witness-"));
  const port = await freePort();
  const variables = {
    PORT: String(port),
    SOCIAL_BASE_URL: `http://127.0.0.1:${port}/`,
    SOCIAL_DATA_DIR: folder,
    SOCIAL_ENCRYPTION_KEY: generateKey(),
    SOCIAL_SESSION_SECRET: generateKey(),
    SOCIAL_ALLOWED_HOSTS: server,
    ...changes,
  };
  const service = await startService(readConfig(variables, {}), {
    ...{ log: pino({ level: "silent" }) },
    ...parts,
  });
  const { runtime } = service;
  return {
    address: variables.SOCIAL_BASE_URL,
    runtime,
    async addPerson(name) {
      const id = randomUUID();
      await runtime.database.insert(users).values({ id, name, email: `${id}@example.com` });
      return { id };
    },
    async stop() {
      await service.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
