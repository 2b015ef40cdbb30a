/** What is tortured: the simulated networks, a database, one web process and two workers, and Ana with her accounts. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eq } from "drizzle-orm";
import { pino } from "pino";
import { type Emulator, startEmulator } from "../../../emulator/server.ts";
import { registerApps } from "../../../src/cli/demo/demo-apps.ts";
import { readConfig } from "../../../src/config/config.ts";
import { type Connection, listConnections } from "../../../src/connections/connection.ts";
import { heartbeats, users } from "../../../src/database/schema.ts";
import { createPerson } from "../../../src/people/sign-up/create-person.ts";
import { platformNames } from "../../../src/platforms/platform.ts";
import { type OpenRuntime, openRuntime } from "../../../src/service/runtime.ts";
import { releaseShares } from "../../../src/sharing/delivery/release.ts";
import { watchDatabase } from "../../../src/sharing/delivery/restored.ts";
import { openDatabaseLine } from "../../harness/database/database-line.ts";
import { takeClock } from "../../harness/database/wrong-database-clock.ts";
import { control, freePort, serviceVariables } from "../../harness/networks/networks.ts";
import { hostPicture, pagePicture } from "../../harness/networks/pictures.ts";
import { type AccountChoice, connectAccount } from "../../harness/people/accounts.ts";
import { createVisitor, type Visitor } from "../../harness/people/visitor.ts";
import { type RunningProcess, startProcess, untilReady } from "../../harness/services/process.ts";
import { waitFor } from "../../harness/wait.ts";
import { startDatabase } from "./database.ts";
import { type Kill, type PlannedHabit, type Upset, usualHabits } from "./dice.ts";
import { playUpset } from "./upset.ts";

const op = { name: "Op", email: "op@example.com", password: "a lighthouse of moths" };
const ana = { name: "Ana", email: "ana@example.com", password: "a sea of lanterns" };

export interface World {
  readonly emulator: Emulator;
  /** For queries only; it delivers nothing. */
  readonly runtime: OpenRuntime;
  readonly person: { readonly id: string };
  readonly image: string;
  readonly connections: readonly Connection[];
  /** The address of the web process. */
  readonly address: string;
  /** Ana's browser. */
  readonly visitor: Visitor;
  /** Signs in again if her session has ended. */
  signIn(): Promise<void>;
  /** Presses a button as the operator, until there is an answer. */
  operate(path: string): Promise<void>;
  /** The database may be away for a moment, and a network may fail people as it fails their shares. */
  patiently<T>(look: () => Promise<T>): Promise<T>;
  /** Advances all clocks. */
  passTime(seconds: number): Promise<void>;
  /** How the networks behave from now on. Networks that are not named behave as usual. */
  behave(habits: readonly PlannedHabit[]): Promise<void>;
  /** Ends a process, and starts another in its place. */
  kill(kill: Kill): Promise<void>;
  /** What happens to the database, from its beginning to its end. */
  upset(upset: Upset): Promise<void>;
  /**
   * Ana reconnects the accounts that the networks no longer accept, and those that she disconnected. Returns how many.
   */
  reconnect(): Promise<number>;
  /** The output of processes that exited by themselves. */
  readonly collapses: readonly string[];
  /** The output of each process so far. */
  outputs(): string[];
  stop(): Promise<void>;
}

/** @param relatives those of Mastodon's other servers on which she has an account too: "snac" */
export async function openWorld(relatives: readonly string[]): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), "sharewell-torture-"));
  const emulator = await startEmulator();
  const database = await startDatabase(folder);
  // The service has its own line to wherever the database is.
  const [line, ownLine] = [await openDatabaseLine(database.url), await openDatabaseLine(database.url)];
  const setDatabaseClock = await takeClock(ownLine.url);
  const serviceFolder = join(folder, "service");
  mkdirSync(serviceFolder);
  const ports = { web: await freePort(), "worker 1": await freePort(), "worker 2": await freePort() };
  const clockFile = join(folder, "clock");
  let aheadMs = 0;
  const tellTime = () => writeFileSync(clockFile, String(aheadMs));
  tellTime();
  const changes = {
    DATABASE_URL: line.url,
    SOCIAL_DATA_DIR: serviceFolder,
    SOCIAL_LEASE_SECONDS: "2",
    SOCIAL_SETTLE_SECONDS: "",
    SOCIAL_LOG_LEVEL: "error",
    CLOCK_FILE: clockFile,
  };
  const variables = serviceVariables({ port: ports.web, emulator, changes });
  const address = variables.SOCIAL_BASE_URL ?? "";
  const runtime = await openRuntime(readConfig({ ...variables, DATABASE_URL: ownLine.url }, {}), {
    log: pino({ level: "silent" }),
    machine: { count: () => performance.now() + aheadMs, clock: () => Date.now() + aheadMs },
  });
  await registerApps(emulator, address);
  await hurry(emulator);

  const running = new Map<string, RunningProcess>();
  const started: RunningProcess[] = [];
  const collapses: string[] = [];
  const start = (name: keyof typeof ports) => {
    const own = { ...variables, PORT: String(ports[name]) };
    const role = name === "web" ? "web" : "worker";
    const process = startProcess([role], own, "dist/test/stress/torture/service.js");
    running.set(name, process);
    started.push(process);
    void process.ended.then(() => {
      if (running.get(name) !== process) return;
      // Like a supervisor: a process that finds no database, or its port taken, is started again.
      if (/DatabaseUnreachable|PortUnavailable/.test(process.output())) start(name);
      else collapses.push(`${name}: ${process.output().slice(-2_000)}`);
    });
    return process;
  };
  const names = Object.keys(ports) as (keyof typeof ports)[];
  await Promise.all(names.map((name) => untilReady(start(name), `http://127.0.0.1:${ports[name]}/`)));

  await createPerson(runtime, op);
  await createPerson(runtime, ana);
  await runtime.database.update(users).set({ role: "operator" }).where(eq(users.email, op.email));
  const [row] = await runtime.database
    .update(users)
    .set({ role: "person" })
    .where(eq(users.email, ana.email))
    .returning({ id: users.id });
  const person = { id: row?.id ?? "" };
  const connections: Connection[] = [];
  const usualServers = new Map(
    emulator.mastodon.world.memory.servers.map(({ host, switches }) => [host, { ...switches }]),
  );
  const others = relatives.map((name) => atMastodon(emulator, name));
  const choices = [...choicesOf(emulator), ...others];
  for (const choice of choices) connections.push(await connectAccount(runtime, person, choice));
  const visitor = createVisitor({ address });
  const endAll = async () => {
    const processes = [...running.values()];
    running.clear();
    for (const { child } of processes) child.kill("SIGKILL");
    await Promise.all(processes.map(({ ended }) => ended));
  };
  /** Each of the two workers has reported to the database since now, as it does three times a minute. */
  const untilHeard = async () => {
    const beats = await readBeat(runtime);
    await waitFor("heartbeats", async () =>
      (await patiently(() => readBeat(runtime))) >= beats + 3 ? true : undefined,
    );
  };
  let unheardSeconds = 0;
  const signIn = async () => {
    await visitor.post("/login/", { email: ana.email, password: ana.password }).catch(() => undefined);
  };
  await signIn();
  const operator = createVisitor({ address });

  return {
    address,
    patiently,
    async operate(path) {
      await waitFor(
        `an answer to ${path}`,
        async () => {
          const answer = await operator.post(path, {}).catch(() => undefined);
          const target = answer?.headers.get("location") ?? "";
          if (/\/login\/|\/confirm\//.test(target))
            await operator.post("/login/", { email: op.email, password: op.password }).catch(() => undefined);
          else if (answer !== undefined && answer.status < 500) return true;
          return undefined;
        },
        120_000,
        100,
      );
    },
    emulator,
    runtime,
    person,
    connections,
    visitor,
    signIn,
    collapses,
    outputs: () => started.map((process) => process.output()),
    image: await hostPicture(await pagePicture()),
    async passTime(seconds) {
      aheadMs += seconds * 1_000;
      for (const name of platformNames) {
        emulator[name].world.advance(seconds);
        emulator[name].world.dateAheadSeconds = aheadMs / 1_000;
      }
      tellTime();
      await patiently(() => setDatabaseClock(aheadMs / 1_000));
      // The processes would have reported within this time.
      unheardSeconds += seconds;
      if (unheardSeconds < 60) return;
      unheardSeconds = 0;
      await patiently(() => watchDatabase(runtime));
    },
    async behave(habits) {
      for (const network of platformNames) {
        const own = habits.find((habit) => habit.network === network)?.switches ?? {};
        if (network === "mastodon")
          for (const { host, switches } of emulator.mastodon.world.memory.servers)
            Object.assign(switches, usualServers.get(host), own);
        else await control(emulator[network], "POST", "switches", { ...usualHabits[network], ...own });
      }
    },
    async kill({ victim, signal }) {
      if (victim === "database") return await database.kill();
      const process = running.get(victim);
      running.delete(victim);
      process?.child.kill(signal);
      await process?.ended;
      start(victim);
    },
    upset: (upset) =>
      playUpset(
        {
          ...{ database, line, untilHeard },
          putClockWrong: (aheadSeconds) => patiently(() => setDatabaseClock(aheadMs / 1_000 + aheadSeconds)),
          stopService: async () => {
            await endAll();
            return () => names.forEach(start);
          },
        },
        upset,
      ),
    async reconnect() {
      let renewed = 0;
      const alive = await listConnections(runtime, person);
      for (const choice of choices) {
        const isFine = alive.some(
          ({ platform, status, account }) =>
            platform === choice.platform &&
            status === "active" &&
            (choice.server === undefined || account.username.endsWith(`@${choice.server}`)),
        );
        if (isFine) continue;
        const { id } = await connectAccount(runtime, person, choice);
        await releaseShares(runtime, [id]);
        renewed += 1;
      }
      return renewed;
    },
    async stop() {
      await endAll();
      await runtime.close();
      await Promise.all([line.close(), ownLine.close()]);
      await database.stop();
      await emulator.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function readBeat({ database }: OpenRuntime): Promise<number> {
  const [row] = await database.select({ beat: heartbeats.beat }).from(heartbeats);
  return Number(row?.beat ?? 0);
}

/** Everything that can be killed is running again. */
export async function untilUp(world: World): Promise<void> {
  await waitFor("the service to be up", async () => {
    const answer = await world.visitor.get("/readyz").catch(() => undefined);
    return answer?.ok ? true : undefined;
  });
}

/** The database may be away for a moment, and a network may fail people as it fails their shares. */
async function patiently<T>(look: () => Promise<T>): Promise<T> {
  const failures: unknown[] = [];
  const { answer } = await waitFor(
    "an answer",
    async () => {
      try {
        return { answer: await look() };
      } catch (error) {
        if (failures.push(error) > 200) throw error;
        return undefined;
      }
    },
    60_000,
    100,
  );
  return answer;
}

/** One account at each network. */
export function choicesOf({ mastodon }: Emulator): AccountChoice[] {
  return platformNames.map((platform) => ({
    platform,
    ...(platform === "mastodon" ? { server: `mastodon.localhost:${mastodon.port}` } : {}),
    ...(platform === "instagram" ? { way: "instagram" } : {}),
    ...(platform === "linkedin" ? { way: "profile" } : {}),
  }));
}

/** Servers without a key, or with a different kind of key, besides today's Mastodon. */
export const allRelatives = ["old", "snac", "wordpress", "activities", "sharkey", "iceshrimp", "gotosocial"];

function atMastodon({ mastodon }: Emulator, name: string): AccountChoice {
  return { platform: "mastodon", server: `${name}.localhost:${mastodon.port}` };
}

/** The networks' own delays pass as quickly as our waits for them, and nobody's daily limit ends too soon. */
export async function hurry({ threads, instagram, linkedin }: Emulator): Promise<void> {
  const short = { textSeconds: 0.02, pictureSeconds: 0.1, propagationSeconds: 0.06 };
  await control(threads, "POST", "switches", { ...short, postQuota: 100_000 });
  await control(instagram, "POST", "switches", { containerSeconds: 0.06 });
  await control(linkedin, "POST", "switches", { imageSeconds: 0.04, memberLimit: 100_000 });
}
