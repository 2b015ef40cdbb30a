#!/usr/bin/env bash
# unfurl.js 6.4.0 decodes the texts of a page twice. Its parser has already turned &amp;lt; into &lt; when unfurl decodes
# once more, so a title about an entity is shown as the character that the entity stands for.
#
# Seen: the title `&amp;lt; and &amp;amp; in HTML`, which every browser shows as "&lt; and &amp; in HTML", is read as
# "< and & in HTML"; so is the description in og:description.
#
# Pages about markup lose their subject, and what a page escaped carefully arrives as markup.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts unfurl.js@6.4.0
cat >try.mjs <<'JS'
import { createServer } from "node:http";
import { unfurl } from "unfurl.js";

const html = `<!doctype html><html><head><meta charset="utf-8">
<title>&amp;lt; and &amp;amp; in HTML</title>
<meta property="og:description" content="When to write &amp;nbsp; and &amp;copy;">
</head><body></body></html>`;
const server = createServer((_, response) =>
  response.writeHead(200, { "content-type": "text/html; charset=utf-8" }).end(html),
).listen(0, "127.0.0.1");
await new Promise((listening) => server.once("listening", listening));
const { title, open_graph } = await unfurl(`http://127.0.0.1:${server.address().port}/`);
console.log(JSON.stringify({ title, description: open_graph.description }));
process.exit();
JS
node try.mjs >seen.txt
cat seen.txt
diff seen.txt - <<'SEEN'
{"title":"< and & in HTML","description":"When to write   and ©"}
SEEN
