/** The network connection between a service and its database, which a test can cut and restore. */

import type { AddressInfo } from "node:net";
import { connect, createServer, type Socket } from "node:net";
import { join } from "node:path";

export interface DatabaseLine {
  /** The address of the database behind this line. */
  readonly url: string;
  /** Closes all connections and refuses new ones. */
  cut(): void;
  /**
   * Keeps all connections open, old and new, but transfers nothing. Connections of that time stay silent after
   * `mend`.
   */
  silence(): void;
  /** Closes the database's ends of silent connections, as its keep-alive does some time later. */
  forgetSilent(): void;
  mend(): void;
  close(): Promise<void>;
}

/**
 * Opens a line.
 * @param find returns the address of a database behind a Unix socket, for each connection again, since it may
 * have moved
 */
export async function openDatabaseLine(find: string | (() => string)): Promise<DatabaseLine> {
  const target = () => new URL(typeof find === "string" ? find : find());
  const sockets = new Set<Socket>();
  /** The sockets to the database. */
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
        // Closing one end must not close the other.
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
