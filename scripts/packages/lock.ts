/** The packages of the lock file, those of every platform, and which of them the service is made of. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

export interface Package {
  /** Where it lies: node_modules/…, from the root. */
  readonly place: string;
  readonly name: string;
  readonly version: string;
  /** As the package states it; "" where it states none. */
  readonly stated: string;
  /** SHA-512 of what npm installs, in base64. */
  readonly integrity: string | undefined;
  /** Installed where the machine is right for it. */
  readonly isOptional: boolean;
  /** The service runs on it; all else is for development. */
  readonly isShipped: boolean;
  /** The places of what it needs. */
  readonly needs: readonly string[];
}

export interface Lock {
  /** Whatever is in it but the project itself. */
  readonly packages: readonly Package[];
  /** The places of what the project itself needs to run. */
  readonly needs: readonly string[];
}

const names = z.record(z.string(), z.string()).default({});
const entryShape = z.object({
  name: z.string().optional(),
  version: z.string(),
  license: z.string().default(""),
  integrity: z.string().optional(),
  optional: z.boolean().default(false),
  dependencies: names,
  optionalDependencies: names,
  peerDependencies: names,
  peerDependenciesMeta: z.record(z.string(), z.object({ optional: z.boolean().default(false) })).default({}),
});
const lockShape = z.object({ packages: z.record(z.string(), entryShape) });
type Entry = z.infer<typeof entryShape>;

/**
 * What only an optional peer asks for is not shipped: better-auth names
 * test and build tools so, and `npm ls --omit=dev` would count them in.
 */
export function readLock(root: string): Lock {
  const { packages } = lockShape.parse(JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")));
  const shipped = new Set<string>();
  const visit = (place: string): void => {
    if (shipped.has(place)) return;
    shipped.add(place);
    for (const next of needsOf(place, packages)) visit(next);
  };
  visit("");
  const found = Object.entries(packages)
    .filter(([place]) => place !== "")
    .map(([place, entry]) => ({
      place,
      name: entry.name ?? place.slice(place.lastIndexOf("node_modules/") + "node_modules/".length),
      version: entry.version,
      stated: entry.license,
      integrity: entry.integrity,
      isOptional: entry.optional,
      isShipped: shipped.has(place),
      needs: needsOf(place, packages),
    }));
  return { packages: found, needs: needsOf("", packages) };
}

function needsOf(place: string, packages: Readonly<Record<string, Entry>>): readonly string[] {
  const entry = packages[place];
  if (entry === undefined) return [];
  const peers = Object.keys(entry.peerDependencies).filter(
    (name) => entry.peerDependenciesMeta[name]?.optional !== true,
  );
  const wanted = [...Object.keys(entry.dependencies), ...Object.keys(entry.optionalDependencies), ...peers];
  return [...new Set(wanted)].flatMap((name) => findPlace(name, place, packages) ?? []).toSorted();
}

/** As Node looks for a package: beside whoever asks, then in each folder above. */
function findPlace(
  name: string,
  from: string,
  packages: Readonly<Record<string, Entry>>,
): string | undefined {
  const here = `${from === "" ? "" : `${from}/`}node_modules/${name}`;
  if (packages[here] !== undefined) return here;
  return from === ""
    ? undefined
    : findPlace(name, from.slice(0, Math.max(0, from.lastIndexOf("/node_modules/"))), packages);
}
