/** The simulated networks for tests, and the settings of a service that talks to them. */
import { randomInt } from "node:crypto";
import { createServer } from "node:net";
import { networkNames } from "../../../emulator/networks.ts";
import type { Emulator } from "../../../emulator/server.ts";
import { appVariables } from "../../../src/cli/demo/demo-apps.ts";
import { PortUnavailable } from "../../../src/service/port.ts";
import { generateKey } from "../../../src/vault/fernet.ts";

/** Moves the clock of all simulated networks. */
export function letTimePass(emulator: Emulator, milliseconds: number): void {
  for (const name of networkNames) emulator[name].world.advance(milliseconds / 1_000);
}

/** The environment of a service that talks to this emulator. */
export function serviceVariables(parts: {
  port: number;
  emulator: Emulator;
  changes?: Record<string, string>;
}): Record<string, string> {
  const { port, emulator, changes } = parts;
  return {
    PORT: String(port),
    SOCIAL_BASE_URL: `http://127.0.0.1:${port}/`,
    SOCIAL_ENCRYPTION_KEY: generateKey(),
    SOCIAL_SESSION_SECRET: generateKey(),
    SOCIAL_SIGN_UP: "open",
    SOCIAL_ALLOWED_HOSTS: `*.localhost:${emulator.mastodon.port},localhost:${emulator.bluesky.port},127.0.0.1`,
    SOCIAL_SETTLE_SECONDS: "0",
    ...appVariables(emulator),
    ...changes,
  };
}

/** Calls a network's control API. @returns its JSON response, if any */
export async function control(
  network: { port: number },
  method: "GET" | "POST" | "DELETE",
  path: string,
  body?: unknown,
): Promise<unknown> {
  const response = await fetch(`http://127.0.0.1:${network.port}/_emulator/${path}`, {
    method,
    ...(body === undefined
      ? {}
      : { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  return response.status === 204 ? undefined : await response.json();
}

/** A port that was free a moment ago. */
export async function onFreePort<T>(start: (port: number) => Promise<T>): Promise<T> {
  for (let tries = 0; ; tries += 1) {
    try {
      return await start(await freePort());
    } catch (error) {
      if (!(error instanceof PortUnavailable) || tries === 5) throw error;
    }
  }
}

/**
 * A free port below those that systems assign by themselves (from 32768 on Linux), so that no other connection
 * gets it before a slow program listens on it.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(12_000, 32_000);
    if (await isFree(port)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((done) => {
    const server = createServer().once("error", () => done(false));
    server.listen(port, "127.0.0.1", () => server.close(() => done(true)));
  });
}
