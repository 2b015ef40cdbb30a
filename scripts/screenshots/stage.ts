/**
 * What the screenshots are taken of: the addresses of the service and its simulated networks, and the faults that can
 * be planned there.
 */
import { createServer } from "node:net";
import type { BrowserContext } from "playwright-core";

export const login = { email: "ana@example.com", password: "share-well-demo" };
export const networks = ["mastodon", "twitter", "facebook", "instagram", "threads", "linkedin"];

export function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const server = createServer().once("error", fail);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => (typeof address === "object" && address !== null ? done(address.port) : fail()));
    });
  });
}

export async function untilUp(address: string): Promise<void> {
  for (let tries = 0; tries < 240; tries += 1) {
    const isUp = await fetch(`${address}readyz`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isUp) return;
    await new Promise((done) => setTimeout(done, 250));
  }
  throw new Error("The demo did not start.");
}

export interface World {
  readonly address: string;
  readonly ports: Readonly<Record<string, number>>;
  readonly context: BrowserContext;
}

export const shareLink = ({ address, ports }: World, path = "") =>
  `${address}social/share/?${new URLSearchParams({ url: `http://127.0.0.1:${ports["blog-"]}/${path}` })}`;

export async function orderFault(
  { ports }: World,
  network: string,
  endpoint: string,
  fault: object,
): Promise<void> {
  const ordered = await fetch(`http://127.0.0.1:${ports[network]}/_emulator/faults`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ endpoint, times: 1, fault }),
  });
  if (!ordered.ok) throw new Error(`No fault of ${endpoint}: ${await ordered.text()}`);
}
