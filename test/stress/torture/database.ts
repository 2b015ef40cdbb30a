/**
 * A separate PostgreSQL server that can be killed with all its processes and restarted, put back to an earlier state,
 * and replaced by its standby.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { type Embedded, startEmbedded } from "../../../src/database/embedded/embedded.ts";
import { own } from "../../../src/database/embedded/embedded-cluster.ts";
import { planLaunch } from "../../../src/database/embedded/embedded-program.ts";
import { waitFor } from "../../harness/wait.ts";

export interface MortalDatabase {
  /** Its current address. */
  url(): string;
  /** Kills and restarts it. */
  kill(): Promise<void>;
  /** Copies its files while it runs. @returns a function that puts that copy in its place */
  keep(): Promise<() => Promise<void>>;
  /** Adds a standby. @returns a function that kills the primary and promotes the standby */
  addStandby(kind: StandbyKind): Promise<() => Promise<void>>;
  stop(): Promise<void>;
}

/** A synchronous standby has everything that was ever confirmed; a lagging one lost its connection to the primary. */
type StandbyKind = "synchronous" | "lagging";

/** The copies need the log of all changes since they were begun. */
const SETTINGS = {
  max_connections: "100",
  wal_level: "replica",
  max_wal_senders: "4",
  wal_keep_size: "256MB",
};

export async function startDatabase(root: string): Promise<MortalDatabase> {
  let copies = 0;
  let folder = join(root, "data");
  let server: Embedded = await startEmbedded(folder, { settings: SETTINGS });

  async function endNow(): Promise<void> {
    const postmaster = Number(
      readFileSync(join(folder, "postgres", "postmaster.pid"), "utf8").split("\n")[0],
    );
    const family = [postmaster, ...childrenOf(postmaster)];
    for (const pid of family) end(pid);
    await waitFor("the database to be gone", () => (family.some(isThere) ? undefined : true));
  }

  /** Copies as pg_basebackup does, which the embedded PostgreSQL lacks. @returns the folder of the copy */
  async function copy(): Promise<string> {
    copies += 1;
    const target = join(root, `copy-${copies}`);
    mkdirSync(target);
    const [from, to] = [join(folder, "postgres"), join(target, "postgres")];
    await ask(server, async (client) => {
      await client.query("select pg_backup_start('copy', true)");
      copyFiles(["-a", from, to]);
      const { rows } = await client.query<{ labelfile: string }>(
        "select labelfile from pg_backup_stop(false)",
      );
      rmSync(join(to, "pg_wal"), { recursive: true });
      copyFiles(["-a", join(from, "pg_wal"), to]);
      for (const name of ["postmaster.pid", "postmaster.opts"]) rmSync(join(to, name), { force: true });
      writeOwned(join(to, "backup_label"), rows[0]?.labelfile ?? "");
    });
    return target;
  }

  return {
    url: () => urlOf(server),
    async kill() {
      await endNow();
      server = await startEmbedded(folder, { settings: SETTINGS });
    },
    async keep() {
      const kept = await copy();
      return async () => {
        await endNow();
        rmSync(folder, { recursive: true });
        folder = kept;
        server = await startEmbedded(folder, { settings: SETTINGS });
      };
    },
    async addStandby(kind) {
      const target = await copy();
      writeOwned(join(target, "postgres", "standby.signal"), "");
      const { host, user } = server.connection;
      writeOwned(
        join(target, "postgres", "postgresql.auto.conf"),
        `primary_conninfo = 'host=${host} user=${user}'\n`,
      );
      const standby = await startEmbedded(target, { settings: SETTINGS });
      await untilStandbys(server, "streaming");
      if (kind === "synchronous") {
        await configure(server, "synchronous_standby_names", "*");
        await untilStandbys(server, "sync");
      } else {
        await configure(standby, "primary_conninfo", "");
        await untilStandbys(server, undefined);
      }
      return async () => {
        await endNow();
        await ask(standby, (client) => client.query("select pg_promote()"));
        rmSync(folder, { recursive: true });
        [folder, server] = [target, standby];
      };
    },
    stop: () => server.stop(),
  };
}

function urlOf({ connection: { host, user, database } }: Embedded): string {
  return `postgres://${user}@localhost/${database}?host=${encodeURIComponent(String(host))}`;
}

async function ask<T>({ connection }: Embedded, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client(connection);
  await client.connect();
  return await work(client).finally(() => client.end());
}

async function configure(server: Embedded, setting: string, value: string): Promise<void> {
  await ask(server, async (client) => {
    await client.query(`alter system set ${setting} = '${value}'`);
    await client.query("select pg_reload_conf()");
  });
}

const CONDITIONS = { streaming: "state = 'streaming'", sync: "sync_state = 'sync'" } as const;

/** Waits for a standby of this kind that has everything written until now. Undefined: waits until there is none. */
async function untilStandbys(server: Embedded, wanted: keyof typeof CONDITIONS | undefined): Promise<void> {
  await ask(server, async (client) => {
    const { rows } = await client.query<{ lsn: string }>("select pg_current_wal_flush_lsn() as lsn");
    const condition = wanted === undefined ? "true" : `${CONDITIONS[wanted]} and flush_lsn >= $1`;
    await waitFor("the standby", async () => {
      const found = await client.query(
        `select from pg_stat_replication where ${condition}`,
        wanted === undefined ? [] : [rows[0]?.lsn],
      );
      return found.rowCount === (wanted === undefined ? 0 : 1) || undefined;
    });
  });
}

/** Files appear and disappear meanwhile. */
function copyFiles(words: readonly string[]): void {
  const { status, stderr } = spawnSync("cp", words, { encoding: "utf8" });
  const others = stderr.split("\n").filter((line) => line !== "" && !line.includes("No such file"));
  if (status !== 0 && others.length > 0) throw new Error(others.join("\n"));
}

/** With the permissions of PostgreSQL's own files. */
function writeOwned(path: string, text: string): void {
  writeFileSync(path, text, { mode: 0o600 });
  own(planLaunch(), path);
}

function childrenOf(parent: number): number[] {
  return readdirSync("/proc")
    .map(Number)
    .filter((pid) => Number.isInteger(pid) && parentOf(pid) === parent);
}

function parentOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const [state, parent] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return state === "Z" ? undefined : Number(parent);
  } catch {
    return undefined;
  }
}

function isThere(pid: number): boolean {
  return parentOf(pid) !== undefined;
}

function end(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It exited by itself meanwhile.
  }
}
