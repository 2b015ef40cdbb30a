/** Reads the packages of the lock file for every platform, and finds which of them the service uses. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

export interface Package {
  /** Its path from the root: node_modules/… */
  readonly place: string;
  readonly name: string;
  readonly version: string;
  /** As the package states it. "" if it states none. */
  readonly stated: string;
  /** The SHA-512 hash of what npm installs, in base64. */
  readonly integrity: string | undefined;
  /** Installed only on suitable machines. */
  readonly isOptional: boolean;
  /** The service needs it at run time. All others are for development. */
  readonly isShipped: boolean;
  /** The paths of its dependencies. */
  readonly needs: readonly string[];
}

export interface Lock {
  /** Every package except the project itself. */
  readonly packages: readonly Package[];
  /** The paths of the project's own run-time dependencies. */
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
 * A package that is required only as an optional peer is not shipped: better-auth names test and build tools that way,
 * and `npm ls --omit=dev` would include them.
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

/** Resolves as Node does: beside the package that requires it, then in each folder above. */
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
