/** Says which licences packages may have, and interprets statements that are not the name of a licence. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Package } from "./lock.ts";

/** Permissive licences: they require that their notice is kept, and nothing of software that uses them. */
const allowed: readonly string[] = [
  "0BSD",
  "Apache-2.0",
  "BlueOak-1.0.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "CC0-1.0",
  "ISC",
  "MIT",
  "MIT-0",
  "PostgreSQL",
  "Unlicense",
];

/** Licences of tools that stay on a developer's machine, unchanged and apart from the service. */
const allowedForTools: readonly string[] = [...allowed, "MPL-2.0"];

/** Libraries with their own terms; docs/licences.md describes the consequences. */
const lgpl = { licence: "LGPL-3.0-or-later", names: /^@img\/sharp-(?:libvips-|win32-|wasm32$)/ };

/** Only for testing the emulator with the networks' own clients. Nothing of them is shipped or copied. */
const ownTermsOfTools: Readonly<Record<string, string>> = {
  "facebook-nodejs-business-sdk@24.0.1": "Platform License",
  "linkedin-api-client@0.3.0": "SEE LICENSE IN LICENSE.md",
};

interface Reading {
  readonly licence: string;
  /** What the package's file says instead. */
  readonly file: string;
  readonly says: RegExp;
}

/** What a person read if a package states nothing, or does not use SPDX. For this version only. */
const readings: Readonly<Record<string, Reading>> = {
  "email-validator@2.0.4": { licence: "Unlicense", file: "LICENSE", says: /^This is free and unencumbered/ },
  "htmx.org@4.0.1": { licence: "0BSD", file: "LICENSE", says: /^Zero-Clause BSD/ },
  "nub@0.0.0": { licence: "MIT", file: "package.json", says: /"MIT\/X11"/ },
  "twitter-text@3.1.0": { licence: "Apache-2.0", file: "LICENSE", says: /Apache License,\s+Version 2\.0/ },
};

/** Returns a package's licence as an SPDX expression, or its own statement. @throws if a reading is no longer valid */
export function licenceOf({ name, version, stated, place }: Package, root: string): string {
  const reading = readings[`${name}@${version}`];
  if (reading === undefined) return stated;
  if (!reading.says.test(readFileSync(join(root, place, reading.file), "utf8")))
    throw new Error(`${place}/${reading.file} does not say what scripts/packages/licences.ts read there.`);
  return reading.licence;
}

/** Returns one line for each package whose licence is not on the list, with what to do. Empty if all are. */
export function findForbidden(packages: readonly Package[], root: string): string[] {
  return packages.flatMap((one) => {
    const licence = licenceOf(one, root);
    if (isAllowed(one, licence)) return [];
    const use = one.isShipped ? "the service" : "development";
    return [
      `${one.name} ${one.version}, for ${use}: ${licence === "" ? "states no licence" : licence}. Choose another package, or read its licence and enter it in scripts/packages/licences.ts.`,
    ];
  });
}

function isAllowed({ name, version, isShipped }: Package, licence: string): boolean {
  if (!isShipped && ownTermsOfTools[`${name}@${version}`] === licence) return true;
  const list = isShipped ? allowed : allowedForTools;
  return isSatisfied(licence, (id) => list.includes(id) || (id === lgpl.licence && lgpl.names.test(name)));
}

/** Returns whether these licences satisfy an SPDX expression: one of those that OR joins, all that AND joins. */
export function isSatisfied(expression: string, has: (id: string) => boolean): boolean {
  const words = expression.match(/[()]|[^\s()]+/g) ?? [];
  let at = 0;
  const one = (): boolean => {
    const word = words[at++];
    if (word !== "(") return word !== undefined && word !== ")" && has(word);
    const inner = any();
    return words[at++] === ")" && inner;
  };
  const all = (): boolean => {
    let holds = one();
    while (words[at] === "AND") {
      at++;
      holds = one() && holds;
    }
    return holds;
  };
  const any = (): boolean => {
    let holds = all();
    while (words[at] === "OR") {
      at++;
      holds = all() || holds;
    }
    return holds;
  };
  return any() && at === words.length;
}
