/** The files of the embedded PostgreSQL: made once, by initdb. */
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
 * Made beside its place and then renamed, so that a crash leaves no half-made cluster. One that is there is looked at
 * instead.
 * @param user the database's own user, and its name
 * @throws {EmbeddedUnavailable} also for a cluster that this PostgreSQL would not start in
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
        : `The embedded PostgreSQL could not make its files in ${cluster}: ${words} (or set DATABASE_URL).`,
    );
  }
  renameSync(draft, cluster);
}

/** What PostgreSQL would refuse in words of its own, or not notice. @throws {EmbeddedUnavailable} */
function checkCluster({ major }: Programs, launch: Launch, cluster: string): void {
  const { uid, mode } = statSync(cluster);
  const user = launch.owner?.uid ?? process.getuid?.();
  if (uid !== user)
    throw new EmbeddedUnavailable(
      `The database's files in ${cluster} belong to user id ${uid}, but PostgreSQL runs as user id ${user} here: start Sharewell as the user it ran as before, or give them to this one (chown -R ${user} ${cluster}).`,
    );
  if ((mode & 0o027) !== 0)
    throw new EmbeddedUnavailable(
      `Other users may enter ${cluster}, and PostgreSQL does not start in such a folder: chmod 700 ${cluster}`,
    );
  const control = join(cluster, "global", "pg_control");
  const version = join(cluster, "PG_VERSION");
  if (!existsSync(version) || !existsSync(control))
    throw new EmbeddedUnavailable(
      `The database's files in ${cluster} are not whole (${existsSync(version) ? "global/pg_control" : "PG_VERSION"} is missing). Where they were being copied or restored, do that again; where there is nothing in them that you need, remove that folder.`,
    );
  const theirs = readFileSync(version, "utf8").trim();
  if (theirs !== major)
    throw new EmbeddedUnavailable(
      `The database in ${cluster} was made by PostgreSQL ${theirs}, and this Sharewell brings version ${major}: dump it with the Sharewell that made it, and restore it into a new data folder (docs/operate.md, Backup and restore).`,
    );
  if (statSync(control).nlink > 1)
    throw new EmbeddedUnavailable(
      `The database's files in ${cluster} are hard links: another folder shares them, and both would be damaged. Make a real copy of it with cp -a.`,
    );
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
