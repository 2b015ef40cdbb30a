/** Sends as many requests as a server can answer, over plain sockets, so that the client costs little CPU. */
import { connect, type Socket } from "node:net";

export interface Load {
  readonly perSecond: number;
  /** The duration of each request in milliseconds. */
  readonly latencies: readonly number[];
}

const CONNECTIONS = 16;
const END_OF_HEAD = "\r\n\r\n";

/** Each connection claims its own IP address, since the service limits requests per address (limits/rules.ts). */
let connections = 0;

export async function measureLoad(port: number, paths: readonly string[], seconds: number): Promise<Load> {
  const latencies: number[] = [];
  const start = performance.now();
  const end = start + seconds * 1_000;
  await Promise.all(
    Array.from({ length: CONNECTIONS }, (_, index) =>
      askUntil(end, { port, paths, from: index * 13, latencies }),
    ),
  );
  return { perSecond: latencies.length / ((performance.now() - start) / 1_000), latencies };
}

interface Asking {
  readonly port: number;
  readonly paths: readonly string[];
  readonly from: number;
  readonly latencies: number[];
}

/** Sends one request at a time over one connection. */
function askUntil(end: number, { port, paths, from, latencies }: Asking): Promise<void> {
  return new Promise((done, fail) => {
    connections += 1;
    const localAddress = `127.0.${1 + Math.floor(connections / 250)}.${1 + (connections % 250)}`;
    const socket: Socket = connect({ port, host: "127.0.0.1", localAddress });
    let next = from;
    let sentAt = 0;
    let received = "";
    const send = () => {
      sentAt = performance.now();
      if (sentAt > end) {
        socket.destroy();
        done();
        return;
      }
      next += 1;
      received = "";
      socket.write(`GET ${paths[next % paths.length]} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`);
    };
    socket.setNoDelay(true);
    socket.once("connect", send);
    socket.once("error", fail);
    socket.on("data", (chunk) => {
      received += chunk.toString("latin1");
      const head = received.indexOf(END_OF_HEAD);
      if (head === -1) return;
      const length = Number(/content-length: (\d+)/i.exec(received)?.[1]);
      if (!received.startsWith("HTTP/1.1 200")) fail(new Error(received.slice(0, 200)));
      else if (received.length >= head + END_OF_HEAD.length + length) {
        latencies.push(performance.now() - sentAt);
        send();
      }
    });
  });
}
