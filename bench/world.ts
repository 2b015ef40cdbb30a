/** The setup of the measurements: the service in this process, a separate database, simulated networks and one person. */
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Emulator, startEmulator } from "../emulator/server.ts";
import { registerApps } from "../src/cli/demo/demo-apps.ts";
import { readConfig } from "../src/config/config.ts";
import type { Connection } from "../src/connections/connection.ts";
import { startService } from "../src/service/service.ts";
import { onFreePort, serviceVariables } from "../test/harness/networks/networks.ts";
import { type AccountChoice, addPerson, connectAccount } from "../test/harness/people/accounts.ts";

export interface BenchWorld {
  readonly runtime: Awaited<ReturnType<typeof startService>>["runtime"];
  readonly emulator: Emulator;
  readonly person: { id: string };
  connectMastodon(host: string): Promise<Connection>;
  connect(choice: AccountChoice): Promise<Connection>;
  close(): Promise<void>;
}

export async function openWorld(): Promise<BenchWorld> {
  const folder = mkdtempSync(join(tmpdir(), "sharewell-bench-"));
  const emulator = await startEmulator();
  // Networks fetch pictures from it, so its base URL must be right.
  const { service, config } = await onFreePort(async (port) => {
    const changes = { SOCIAL_DATA_DIR: folder, SOCIAL_LOG_LEVEL: "error" };
    const config = readConfig(serviceVariables({ port, emulator, changes }), {});
    return { config, service: await startService(config) };
  });
  await registerApps(emulator, config.baseUrl.href);
  const { runtime } = service;
  const person = await addPerson(runtime);
  return {
    runtime,
    emulator,
    person,
    connectMastodon: (host) =>
      connectAccount(runtime, person, {
        platform: "mastodon",
        server: `${host}.localhost:${emulator.mastodon.port}`,
      }),
    connect: (choice) => connectAccount(runtime, person, choice),
    close: async () => {
      await service.stop();
      await emulator.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export function draftTo(connections: readonly Pick<Connection, "id">[], message: string, image?: string) {
  const id = randomUUID();
  return {
    page: { url: `https://blog.example.com/${id}`, title: "A page", description: "", image },
    message,
    connectionIds: connections.map((connection) => connection.id),
    repeat: [],
    idempotencyKey: id,
  };
}

/** @param share from 0 to 1 @returns the value below which that share of the values lies */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
