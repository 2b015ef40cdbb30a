/** The files of the embedded PostgreSQL: made once, by initdb. */
import { spawnSync } from "node:child_process";
import { chownSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { userInfo } from "node:os";
import { dirname, join } from "node:path";
import { EmbeddedUnavailable, type Launch, type Programs } from "./embedded-program.ts";

/**
 * Made beside its place and then renamed, so that a crash leaves no half-made cluster. Does nothing where it is there.
 * @param user the database's own user, and its name
 * @throws {EmbeddedUnavailable}
 */
export function createCluster(programs: Programs, launch: Launch, cluster: string, user: string): void {
  if (existsSync(join(cluster, "PG_VERSION"))) return;
  const draft = `${cluster}.new`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { mode: 0o700 });
  own(launch, draft);
  const [command = programs.initdb, ...words] = [
    ...launch.prefix,
    programs.initdb,
    `--pgdata=${draft}`,
    `--username=${user}`,
    "--auth=trust",
    "--encoding=UTF8",
    "--locale=C",
  ];
  const name = launch.owner === undefined && !hasName() ? lendName(dirname(cluster)) : undefined;
  const made = spawnSync(command, words, {
    encoding: "utf8",
    ...identity(launch),
    env: { PATH: "/usr/bin:/bin", TZ: "UTC", ...name?.environment },
  });
  name?.takeBack();
  if (made.status !== 0) {
    throw new EmbeddedUnavailable(
      `The embedded PostgreSQL could not make its files in ${cluster}: ${(made.stderr ?? String(made.error)).trim()} (or set DATABASE_URL).`,
    );
  }
  renameSync(draft, cluster);
}

/** Whom the programs run as, where no other program sees to it. */
export function identity(launch: Launch): { uid?: number; gid?: number } {
  return launch.owner && launch.prefix.length === 0 ? launch.owner : {};
}

/** Hands a folder to whom the programs run as. */
export function own(launch: Launch, folder: string): void {
  if (launch.owner) chownSync(folder, launch.owner.uid, launch.owner.gid);
}

/** A container may run as any user id (`docker run --user`, OpenShift): most have no line in /etc/passwd. */
function hasName(): boolean {
  try {
    userInfo();
    return true;
  } catch {
    return false;
  }
}

/** Where Debian, and others, install it. */
const NAME_LIBRARIES = [
  "/usr/lib/x86_64-linux-gnu/libnss_wrapper.so",
  "/usr/lib/aarch64-linux-gnu/libnss_wrapper.so",
  "/usr/lib64/libnss_wrapper.so",
  "/usr/lib/libnss_wrapper.so",
];

interface LentName {
  readonly environment: Readonly<Record<string, string>>;
  takeBack(): void;
}

/**
 * initdb, and it alone of PostgreSQL's programs, ends where its user has no name: nss_wrapper tells it one.
 * @throws {EmbeddedUnavailable} where that library is not installed
 */
function lendName(folder: string): LentName {
  const ids = `${process.getuid?.()}:${process.getgid?.()}`;
  const library = NAME_LIBRARIES.find((path) => existsSync(path));
  if (library === undefined)
    throw new EmbeddedUnavailable(
      `This process runs as user id ${ids.split(":")[0]}, which has no name here, and the embedded PostgreSQL needs one to make its files: install libnss-wrapper, give that id a line in /etc/passwd, start Sharewell as a user who has one, or set DATABASE_URL.`,
    );
  const names = mkdtempSync(join(folder, "names-"));
  const passwd = join(names, "passwd");
  const group = join(names, "group");
  writeFileSync(passwd, `sharewell:x:${ids}:Sharewell:/:/bin/false\n`);
  writeFileSync(group, `sharewell:x:${process.getgid?.()}:\n`);
  return {
    environment: { LD_PRELOAD: library, NSS_WRAPPER_PASSWD: passwd, NSS_WRAPPER_GROUP: group },
    takeBack: () => rmSync(names, { recursive: true, force: true }),
  };
}
