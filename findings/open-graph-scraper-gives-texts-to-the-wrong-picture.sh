#!/usr/bin/env bash
# open-graph-scraper 6.12.0: of several og:image, each with or without its own og:image:alt, :width and :height, the first
# picture gets the first text and the first size, the second the second, wherever they are on the page. According to the Open
# Graph protocol, such a property belongs to the og:image before it.
#
# Seen, for a page with three pictures of which the first has no text, the second has one and no size, and the third has
# both: the first picture gets the text of the second and the size of the third, the second the text of the third.
#
# An alternative text that describes another picture is read to people who cannot see that it is wrong.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts open-graph-scraper@6.12.0
cat >try.mjs <<'JS'
import scrape from "open-graph-scraper";

const html = `<!doctype html><html><head><title>Three boats</title>
<meta property="og:title" content="Three boats">
<meta property="og:image" content="https://blog.example.com/red.png">
<meta property="og:image" content="https://blog.example.com/green.png">
<meta property="og:image:alt" content="A green boat">
<meta property="og:image" content="https://blog.example.com/blue.png">
<meta property="og:image:alt" content="A blue boat">
<meta property="og:image:width" content="1200">
<meta property="og:image:height" content="630">
</head><body></body></html>`;
const { result } = await scrape({ html });
for (const { url, alt, width, height } of result.ogImage) console.log(url, JSON.stringify({ alt, width, height }));
JS
node try.mjs >seen.txt
cat seen.txt
diff seen.txt - <<'SEEN'
https://blog.example.com/red.png {"alt":"A green boat","width":"1200","height":"630"}
https://blog.example.com/green.png {"alt":"A blue boat"}
https://blog.example.com/blue.png {}
SEEN
