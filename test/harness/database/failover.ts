/**
 * A PostgreSQL with a synchronous standby under Patroni and etcd, behind HAProxy: all from Debian's packages,
 * on loopback, with the files of docs/failover/.
 */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { z } from "zod";
import { freePort } from "../networks/networks.ts";
import { waitFor } from "../wait.ts";

/** The programs that have to be installed, and their paths. */
const PROGRAMS = {
  "postgresql-15": "/usr/lib/postgresql/15/bin/postgres",
  patroni: "/usr/bin/patroni",
  "etcd-server": "/usr/bin/etcd",
  haproxy: "/usr/sbin/haproxy",
} as const;

/** Checks for the programs. @returns Debian's packages that are missing */
export function missingPackages(): string[] {
  return Object.entries(PROGRAMS)
    .filter(([, program]) => !existsSync(program))
    .map(([name]) => name);
}

interface FailoverAddresses {
  /** The address of HAProxy. */
  readonly byHaproxy: string;
  /** An address that names both servers. */
  readonly byHosts: string;
}

export interface FailoverCluster {
  /** Creates a database with this name. */
  createDatabase(name: string): Promise<FailoverAddresses>;
  /** Kills the primary with all its processes and its Patroni. Resolves once the standby has taken over. */
  killPrimary(): Promise<void>;
  /** Starts the killed server again, as the standby. */
  bringBack(): Promise<void>;
  stop(): Promise<void>;
}

interface Machine {
  readonly name: string;
  readonly postgres: number;
  readonly rest: number;
  readonly data: string;
  patroni: ChildProcess;
}

const ADDRESS = "127.0.0.1";
const PASSWORD = "lanterns";
const START_MS = 180_000;

export async function startFailoverCluster(): Promise<FailoverCluster> {
  const folder = mkdtempSync(join(tmpdir(), "sharewell-failover-"));
  const owner = userOf();
  chmodSync(folder, 0o755);
  give(folder, owner);
  const children: ChildProcess[] = [];
  const run = (program: string, words: readonly string[]) => {
    const child = spawn(...asUser(owner, program, words), { stdio: "ignore", detached: true });
    children.push(child);
    return child;
  };
  const [client, peer, proxy] = [await freePort(), await freePort(), await freePort()];
  const [etcd, peers] = [`http://${ADDRESS}:${client}`, `http://${ADDRESS}:${peer}`];
  run(PROGRAMS["etcd-server"], [
    ...["--data-dir", join(folder, "etcd"), "--listen-client-urls", etcd, "--advertise-client-urls", etcd],
    ...["--listen-peer-urls", peers, "--initial-advertise-peer-urls", peers],
    ...["--initial-cluster", `default=${peers}`],
  ]);
  await waitFor("etcd", () => isAnswered(`${etcd}/health`), START_MS, 100);

  const start = (name: string) => run(PROGRAMS.patroni, [join(folder, `${name}.yml`)]);
  const machines: Machine[] = [];
  for (const name of ["one", "two"]) {
    const [postgres, rest] = [await freePort(), await freePort()];
    const data = join(folder, name);
    mkdirSync(`${data}.sockets`);
    give(`${data}.sockets`, owner);
    writeFileSync(
      join(folder, `${name}.yml`),
      fill("docs/failover/patroni.yml", {
        ...{ NAME: name, ADDRESS, NETWORK: `${ADDRESS}/32`, ETCD_HOSTS: `${ADDRESS}:${client}` },
        ...{ POSTGRES_PORT: String(postgres), REST_PORT: String(rest) },
        ...{ DATA_FOLDER: data, SOCKET_FOLDER: `${data}.sockets` },
        ...{ SUPERUSER_PASSWORD: PASSWORD, REPLICATION_PASSWORD: PASSWORD },
      }),
    );
    machines.push({ ...{ name, postgres, rest, data }, patroni: start(name) });
  }
  const [one, two] = machines;
  if (one === undefined || two === undefined) throw new Error("There are no two machines.");
  const file = join(folder, "haproxy.cfg");
  const ports = { POSTGRES_PORT_ONE: one.postgres, POSTGRES_PORT_TWO: two.postgres };
  writeFileSync(
    file,
    fill("docs/failover/haproxy.cfg", {
      ...{ ADDRESS_ONE: ADDRESS, ADDRESS_TWO: ADDRESS, ADDRESS, PROXY_PORT: String(proxy) },
      ...Object.fromEntries(Object.entries(ports).map(([name, port]) => [name, String(port)])),
      ...{ REST_PORT_ONE: String(one.rest), REST_PORT_TWO: String(two.rest) },
    }),
  );
  run(PROGRAMS.haproxy, ["-db", "-f", file]);
  await untilInSync(machines);
  const admin = `postgres://postgres:${PASSWORD}@${ADDRESS}:${proxy}/postgres`;
  await tell(admin, `create role sharewell login password '${PASSWORD}'`);

  let killed: Machine | undefined;
  return {
    createDatabase: async (name) => {
      await tell(admin, `create database ${name} owner sharewell`);
      const [user, hosts] = [
        `sharewell:${PASSWORD}`,
        `${ADDRESS}:${one.postgres},${ADDRESS}:${two.postgres}`,
      ];
      return {
        byHaproxy: `postgres://${user}@${ADDRESS}:${proxy}/${name}`,
        byHosts: `postgres://${user}@${hosts}/${name}?target_session_attrs=read-write`,
      };
    },
    killPrimary: async () => {
      const primary = await findPrimary(machines);
      killed = primary;
      const postmaster = Number(readFileSync(join(primary.data, "postmaster.pid"), "utf8").split("\n")[0]);
      kill(primary.patroni.pid);
      kill(postmaster);
      const others = machines.filter((machine) => machine !== primary);
      await waitFor("the standby to take over", () => findPrimary(others), START_MS, 200);
    },
    bringBack: async () => {
      if (killed !== undefined) killed.patroni = start(killed.name);
      await untilInSync(machines);
    },
    stop: async () => {
      const gone = children.map((child) => new Promise((done) => child.once("exit", done)));
      const alive = children.filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null);
      for (const { pid } of alive) kill(pid, "SIGTERM");
      await Promise.all(gone.filter((_, at) => alive.includes(children[at] as ChildProcess)));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function fill(path: string, values: Readonly<Record<string, string>>): string {
  return readFileSync(path, "utf8")
    .split("\n")
    .map((line) =>
      line.trimStart().startsWith("#")
        ? line
        : line.replaceAll(/\b[A-Z][A-Z_]+\b/g, (word) => values[word] ?? word),
    )
    .join("\n");
}

interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/** PostgreSQL refuses to run as root; Debian's package brings a user for it. */
function userOf(): Owner | undefined {
  if (userInfo().uid !== 0) return undefined;
  const id = (flag: string) => Number(spawnSync("id", [flag, "postgres"], { encoding: "utf8" }).stdout);
  return { uid: id("-u"), gid: id("-g") };
}

function give(path: string, owner: Owner | undefined): void {
  if (owner !== undefined) chownSync(path, owner.uid, owner.gid);
}

function asUser(
  owner: Owner | undefined,
  program: string,
  words: readonly string[],
): [string, readonly string[]] {
  if (owner === undefined) return [program, words];
  const { uid, gid } = owner;
  return ["setpriv", [`--reuid=${uid}`, `--regid=${gid}`, "--clear-groups", "--", program, ...words]];
}

async function isAnswered(address: string): Promise<true | undefined> {
  const answer = await fetch(address, { signal: AbortSignal.timeout(2_000) }).catch(() => undefined);
  await answer?.body?.cancel();
  return answer?.ok ? true : undefined;
}

/** The current primary. @throws when there is none */
async function findPrimary(machines: readonly Machine[]): Promise<Machine> {
  return await waitFor(
    "a primary",
    async () => {
      for (const machine of machines)
        if (await isAnswered(`http://${ADDRESS}:${machine.rest}/primary`)) return machine;
      return undefined;
    },
    START_MS,
    200,
  );
}

const clusterShape = z.object({ members: z.array(z.object({ role: z.string(), state: z.string() })) });

/** Waits for a primary and a standby that has all data. */
async function untilInSync(machines: readonly Machine[]): Promise<void> {
  const look = async () => {
    const answers = machines.map(({ rest }) =>
      fetch(`http://${ADDRESS}:${rest}/cluster`, { signal: AbortSignal.timeout(2_000) }).then((answer) =>
        answer.json(),
      ),
    );
    const { members } = clusterShape.parse(await Promise.any(answers));
    const roles = members.filter(({ state }) => /running|streaming/.test(state)).map(({ role }) => role);
    return roles.includes("leader") && roles.includes("sync_standby") ? true : undefined;
  };
  await waitFor("a primary with its standby in sync", () => look().catch(() => undefined), START_MS, 200);
}

/** Runs a statement on the primary, once HAProxy has found it. */
async function tell(url: string, statement: string): Promise<void> {
  const client = await waitFor(
    "HAProxy to find the primary",
    async () => {
      const trying = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
      trying.on("error", () => {});
      return await trying.connect().then(
        () => trying,
        () => undefined,
      );
    },
    START_MS,
    200,
  );
  await client.query(statement);
  await client.end();
}

function kill(pid: number | undefined, signal: NodeJS.Signals = "SIGKILL"): void {
  try {
    if (pid !== undefined) process.kill(pid, signal);
  } catch {
    // It had ended already.
  }
}
