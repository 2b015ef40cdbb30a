/** The line between a service and its database, which can be cut and mended. */

import type { AddressInfo } from "node:net";
import { connect, createServer, type Socket } from "node:net";
import { join } from "node:path";

export interface DatabaseLine {
  /** The same database at the end of this line. */
  readonly url: string;
  /** Ends all connections, and refuses new ones. */
  cut(): void;
  /** All connections, and the new ones, stay open, but carry nothing any more. Those of now stay so when it is mended. */
  silence(): void;
  mend(): void;
  close(): Promise<void>;
}

/** @param url of a database behind a Unix socket */
export async function openDatabaseLine(url: string): Promise<DatabaseLine> {
  const target = new URL(url);
  const path = join(target.searchParams.get("host") ?? "", ".s.PGSQL.5432");
  const sockets = new Set<Socket>();
  let isCut = false;
  let isSilent = false;
  const server = createServer((near) => {
    if (isCut) return void near.destroy();
    if (isSilent) {
      sockets.add(near);
      near.on("error", () => {});
      return near.on("close", () => sockets.delete(near)).pause();
    }
    const far = connect(path);
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket);
      socket.on("error", () => {});
      socket.on("close", () => {
        sockets.delete(socket);
        other.destroy();
      });
      socket.pipe(other);
    }
    return undefined;
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  const cut = () => {
    isCut = true;
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: `postgres://sharewell@127.0.0.1:${port}${target.pathname}`,
    cut,
    silence: () => {
      isSilent = true;
      for (const socket of sockets) {
        socket.unpipe();
        socket.pause();
        // Whoever gives up one end leaves the other one in the dark.
        socket.removeAllListeners("close");
        socket.on("close", () => sockets.delete(socket));
      }
    },
    mend: () => {
      isCut = false;
      isSilent = false;
    },
    close: async () => {
      cut();
      await new Promise<void>((done) => server.close(() => done()));
    },
  };
}
