/**
 * A network that costs almost no CPU, in a separate process, so that the service is measured and not the emulator. It accepts
 * every post: at once, like a Mastodon server, or as late as a call may take, like X.
 */
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { monotonicMs } from "./clock.ts";

/** Just within the timeout of a call. */
const SLOW_MS = 29_500;

/** When each post arrived, by the clock of `clock.ts`. */
let arrivals: number[] = [];
let lastId = 0;

const server = createServer((request, response) => {
  const arrivedAt = monotonicMs();
  const answer = (body: unknown) =>
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body));
  if (request.url === "/arrivals") {
    answer(arrivals);
    arrivals = [];
    return;
  }
  // Accounts are also verified once a day.
  if (request.method === "POST") arrivals.push(arrivedAt);
  lastId += 1;
  const id = String(lastId);
  void whole(request).then(() => {
    if (request.url === "/2/tweets") setTimeout(() => answer({ data: { id, text: "" } }), SLOW_MS);
    else answer({ id, uri: `http://${request.headers.host}/${id}` });
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, "127.0.0.1", () => console.log((server.address() as AddressInfo).port));

async function whole(request: IncomingMessage): Promise<void> {
  for await (const _part of request);
}
