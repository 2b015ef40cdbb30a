#!/usr/bin/env bash
# @atproto/api 0.19.19 (Bluesky): RichText.detectFacets finds a link only after a space or an opening round bracket, and only
# in lower case. A link in quotation marks or other brackets, after Japanese text, or with a scheme in capitals gets no
# facet, so the post shows it as plain text that nobody can follow.
#
# Seen: of eleven texts with one full address each, three get a link: after a space, in round brackets, and as a bare domain
# after a space.
#
# A program that posts a sentence with a link in it has to make the facet itself, from the position of the link.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts @atproto/api@0.19.19
cat >try.mjs <<'JS'
import { RichText } from "@atproto/api";

const link = "https://blog.example.com/post";
const texts = [
  `Read ${link} today`,
  `Read (${link}) today`,
  `Read "${link}" today`,
  "Read blog.example.com today",
  `Read “${link}” today`,
  `Lies „${link}“ heute`,
  `Lire «${link}» ici`,
  `Read <${link}> today`,
  `Read [${link}] today`,
  `記事は${link} です`,
  "READ HTTPS://BLOG.EXAMPLE.COM/POST TODAY",
];
for (const text of texts) {
  const rich = new RichText({ text });
  rich.detectFacetsWithoutResolution();
  const links = [...rich.segments()].filter((segment) => segment.isLink()).map(({ text }) => text);
  console.log(`${text} -> ${links.length === 0 ? "no link" : links.join(", ")}`);
}
JS
node try.mjs >seen.txt
cat seen.txt
diff seen.txt - <<'SEEN'
Read https://blog.example.com/post today -> https://blog.example.com/post
Read (https://blog.example.com/post) today -> https://blog.example.com/post
Read "https://blog.example.com/post" today -> no link
Read blog.example.com today -> blog.example.com
Read “https://blog.example.com/post” today -> no link
Lies „https://blog.example.com/post“ heute -> no link
Lire «https://blog.example.com/post» ici -> no link
Read <https://blog.example.com/post> today -> no link
Read [https://blog.example.com/post] today -> no link
記事はhttps://blog.example.com/post です -> no link
READ HTTPS://BLOG.EXAMPLE.COM/POST TODAY -> no link
SEEN
