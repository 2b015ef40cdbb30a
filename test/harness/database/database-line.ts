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
  /** The database gives up the connections that went silent, as its keep-alive does some time later. */
  forgetSilent(): void;
  mend(): void;
  close(): Promise<void>;
}

/** @param find tells the address of a database behind a Unix socket, for each connection anew: it may have moved */
export async function openDatabaseLine(find: string | (() => string)): Promise<DatabaseLine> {
  const target = () => new URL(typeof find === "string" ? find : find());
  const sockets = new Set<Socket>();
  /** Their ends at the database. */
  const farEnds = new Set<Socket>();
  const silenced = new Set<Socket>();
  let isCut = false;
  let isSilent = false;
  const server = createServer((near) => {
    if (isCut) return void near.destroy();
    if (isSilent) {
      sockets.add(near);
      near.on("error", () => {});
      return near.on("close", () => sockets.delete(near)).pause();
    }
    const far = connect(join(target().searchParams.get("host") ?? "", ".s.PGSQL.5432"));
    farEnds.add(far);
    far.on("close", () => farEnds.delete(far));
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
    url: `postgres://sharewell@127.0.0.1:${port}${target().pathname}`,
    cut,
    silence: () => {
      isSilent = true;
      for (const far of farEnds) silenced.add(far);
      farEnds.clear();
      for (const socket of sockets) {
        socket.unpipe();
        socket.pause();
        // Whoever gives up one end leaves the other one in the dark.
        socket.removeAllListeners("close");
        socket.on("close", () => sockets.delete(socket));
      }
    },
    forgetSilent: () => {
      for (const far of silenced) far.destroy();
      silenced.clear();
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
