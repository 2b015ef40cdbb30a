#!/usr/bin/env bash
# npm 11.19.1, `npm sbom --sbom-format cyclonedx` (CycloneDX 1.5): a licence that is not an SPDX identifier is silently left
# out of the bill of materials, although the format has a field for it (licenses[].license.name). htmx.org 4.0.1
# states "BSD-0-Clause" (the identifier would be 0BSD) and has no licence in the bill; zod 4.6.7 states MIT and has one.
#
# A licence check based on such a bill concludes that the package states none.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts npm@11.19.1 htmx.org@4.0.1 zod@4.6.7
node node_modules/npm/bin/npm-cli.js sbom --sbom-format cyclonedx >bill.json 2>/dev/null
cat >try.mjs <<'JS'
import { readFileSync } from "node:fs";

const read = (path) => JSON.parse(readFileSync(path, "utf8"));
const bill = read("bill.json");
for (const name of ["htmx.org", "zod"]) {
  const { licenses } = bill.components.find((component) => component.name === name);
  const stated = read(`node_modules/${name}/package.json`).license;
  console.log(`${name}: states ${stated}, CycloneDX ${bill.specVersion} has ${JSON.stringify(licenses)}`);
}
JS
node try.mjs | tee seen
cat >expected <<'TXT'
htmx.org: states BSD-0-Clause, CycloneDX 1.5 has undefined
zod: states MIT, CycloneDX 1.5 has [{"license":{"id":"MIT"}}]
TXT
diff expected seen
