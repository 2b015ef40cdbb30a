/** Creates the files of the embedded PostgreSQL once, with initdb, and checks them at each start. */
import { spawnSync } from "node:child_process";
import {
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { userInfo } from "node:os";
import { dirname, join } from "node:path";
import { EmbeddedUnavailable, type Launch, type Programs } from "./embedded-program.ts";
import { explainFullDisk, isDiskFull } from "./full-disk.ts";

/**
 * Creates the cluster, or checks an existing one. A new one gets its name only when it is complete, so that a crash leaves no
 * partial cluster.
 * @param user the name of the database's user
 * @throws {EmbeddedUnavailable} if it cannot be created, or if this PostgreSQL could not start in it
 */
export function prepareCluster(programs: Programs, launch: Launch, cluster: string, user: string): void {
  if (existsSync(cluster) && readdirSync(cluster).length > 0) checkCluster(programs, launch, cluster);
  else createCluster(programs, launch, cluster, user);
}

function createCluster(programs: Programs, launch: Launch, cluster: string, user: string): void {
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
    const words = (made.stderr ?? String(made.error)).trim();
    throw new EmbeddedUnavailable(
      isDiskFull(words)
        ? explainFullDisk(cluster)
        : `The embedded PostgreSQL could not create its files in ${cluster}: ${words} (or set DATABASE_URL).`,
    );
  }
  renameSync(draft, cluster);
}

/** Checks for problems that PostgreSQL would report unhelpfully or not detect. @throws {EmbeddedUnavailable} */
function checkCluster({ major }: Programs, launch: Launch, cluster: string): void {
  const { uid, mode } = statSync(cluster);
  const user = launch.owner?.uid ?? process.getuid?.();
  if (uid !== user)
    throw new EmbeddedUnavailable(
      `The database's files in ${cluster} belong to user id ${uid}, but PostgreSQL runs as user id ${user} here: start Sharewell as the same user as before, or change the owner of the files (chown -R ${user} ${cluster}).`,
    );
  if ((mode & 0o027) !== 0)
    throw new EmbeddedUnavailable(
      `Other users have access to ${cluster}, and PostgreSQL does not start in such a folder: run chmod 700 ${cluster}`,
    );
  const control = join(cluster, "global", "pg_control");
  const version = join(cluster, "PG_VERSION");
  if (!existsSync(version) || !existsSync(control))
    throw new EmbeddedUnavailable(
      `The database's files in ${cluster} are not complete (${existsSync(version) ? "global/pg_control" : "PG_VERSION"} is missing). If you were copying or restoring them, do that again. If you need nothing in them, remove that folder.`,
    );
  const theirs = readFileSync(version, "utf8").trim();
  if (theirs !== major)
    throw new EmbeddedUnavailable(
      `The database in ${cluster} was created by PostgreSQL ${theirs}, but this Sharewell comes with version ${major}: back it up with the version of Sharewell that created it, and restore that into a new data folder (docs/operate.md, Backup and restore).`,
    );
  if (statSync(control).nlink > 1)
    throw new EmbeddedUnavailable(
      `The database's files in ${cluster} are hard links: another folder shares them, and both would be damaged. Make a real copy with cp -a.`,
    );
}

/** The user and group to start the programs as, if no wrapper program sets them. */
export function identity(launch: Launch): { uid?: number; gid?: number } {
  return launch.owner && launch.prefix.length === 0 ? launch.owner : {};
}

/** Makes the user of the programs the owner of a folder. */
export function own(launch: Launch, folder: string): void {
  if (launch.owner) chownSync(folder, launch.owner.uid, launch.owner.gid);
}

/** A container can run as any user id (`docker run --user`, OpenShift), and most have no entry in /etc/passwd. */
function hasName(): boolean {
  try {
    userInfo();
    return true;
  } catch {
    return false;
  }
}

/** Where distributions install nss_wrapper. */
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
 * Gives the user a name with nss_wrapper. Of PostgreSQL's programs, only initdb fails if its user has no name.
 * @throws {EmbeddedUnavailable} if that library is not installed
 */
function lendName(folder: string): LentName {
  const ids = `${process.getuid?.()}:${process.getgid?.()}`;
  const library = NAME_LIBRARIES.find((path) => existsSync(path));
  if (library === undefined)
    throw new EmbeddedUnavailable(
      `This process runs as user id ${ids.split(":")[0]}, which has no name here, and the embedded PostgreSQL needs one to create its files: install libnss-wrapper, add that id to /etc/passwd, start Sharewell as a user who has a name, or set DATABASE_URL.`,
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
