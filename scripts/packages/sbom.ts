/** `npm run sbom`: writes a software bill of materials of the service to dist/sbom.cdx.json (CycloneDX 1.6). */
import { randomUUID } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { z } from "zod";
import { findParts, type Part } from "./inside.ts";
import { licenceOf } from "./licences.ts";
import { type Package, readLock } from "./lock.ts";

const manifestShape = z.object({ name: z.string(), version: z.string(), license: z.string() });

const root = resolve(".");
const file = process.argv[2] ?? "dist/sbom.cdx.json";
const manifest = manifestShape.parse(JSON.parse(readFileSync(join(root, "package.json"), "utf8")));
const lock = readLock(root);
const shipped = lock.packages.filter(({ isShipped }) => isShipped);
const references = new Map(shipped.map((one) => [one.place, referenceOf(one)]));
const own = `pkg:npm/${manifest.name}@${manifest.version}`;

const bill = {
  bomFormat: "CycloneDX",
  specVersion: "1.6",
  serialNumber: `urn:uuid:${randomUUID()}`,
  version: 1,
  metadata: {
    timestamp: new Date().toISOString(),
    component: {
      type: "application",
      "bom-ref": own,
      name: manifest.name,
      version: manifest.version,
      licenses: [{ expression: manifest.license }],
      purl: own,
    },
  },
  components: shipped.map(describe),
  dependencies: [
    { ref: own, dependsOn: referencesOf(lock.needs) },
    ...shipped.map((one) => ({ ref: referenceOf(one), dependsOn: referencesOf(one.needs) })),
  ],
};
mkdirSync(dirname(file), { recursive: true });
writeFileSync(file, `${JSON.stringify(bill, null, 2)}\n`);
console.log(`${file}: ${shipped.length} packages`);

function describe(one: Package) {
  const parts = findParts(one, root);
  const [scope, name = one.name] = one.name.startsWith("@") ? one.name.split("/") : [undefined, one.name];
  return {
    type: "library",
    "bom-ref": referenceOf(one),
    ...(scope === undefined ? {} : { group: scope }),
    name,
    version: one.version,
    scope: one.isOptional ? "optional" : "required",
    ...(one.integrity === undefined ? {} : { hashes: [hashOf(one.integrity)] }),
    licenses: [{ expression: licenceOf(one, root) }],
    purl: purlOf(one),
    ...(parts.length === 0 ? {} : { components: parts.map((part) => describePart(part, one)) }),
  };
}

function describePart({ name, version, licence }: Part, within: Package) {
  return {
    type: "library",
    "bom-ref": `${referenceOf(within)}#${name}`,
    name,
    ...(version === "" ? {} : { version }),
    licenses: [{ expression: licence }],
  };
}

/** If a package is installed twice in the same version, its path distinguishes the two. */
function referenceOf(one: Package): string {
  const isAlone = shipped.filter((other) => purlOf(other) === purlOf(one)).length === 1;
  return isAlone ? purlOf(one) : `${purlOf(one)}?at=${one.place}`;
}

function referencesOf(places: readonly string[]): string[] {
  return places.flatMap((place) => references.get(place) ?? []);
}

function purlOf({ name, version }: Package): string {
  return `pkg:npm/${name.replace("@", "%40")}@${version}`;
}

/** Converts npm's "sha512-…" to the hexadecimal digits that CycloneDX requires. */
function hashOf(integrity: string): { readonly alg: string; readonly content: string } {
  const [algorithm = "", digest = ""] = integrity.split("-");
  return {
    alg: algorithm.toUpperCase().replace("SHA", "SHA-"),
    content: Buffer.from(digest, "base64").toString("hex"),
  };
}
