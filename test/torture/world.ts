/** All that is tortured: the simulated networks, a database, one web process and two workers, and Ana with her accounts. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { networkNames } from "../../emulator/network.ts";
import { type Emulator, startEmulator } from "../../emulator/server.ts";
import { registerApps } from "../../src/cli/demo-apps.ts";
import { readConfig } from "../../src/config.ts";
import { type Connection, listConnections } from "../../src/connections/connection.ts";
import { users } from "../../src/database/schema.ts";
import { createPerson } from "../../src/people/sign-up.ts";
import { platformNames } from "../../src/platforms/platform.ts";
import { type OpenRuntime, openRuntime } from "../../src/runtime.ts";
import { releaseShares } from "../../src/sharing/release.ts";
import { type AccountChoice, connectAccount } from "../harness/accounts.ts";
import { control, freePort, serviceVariables } from "../harness/networks.ts";
import { hostPicture, pagePicture } from "../harness/pictures.ts";
import { type RunningProcess, startProcess, untilReady } from "../harness/process.ts";
import { createVisitor, type Visitor } from "../harness/visitor.ts";
import { waitFor } from "../harness/wait.ts";
import { startDatabase } from "./database.ts";
import type { Kill, Victim } from "./dice.ts";

const ana = { name: "Ana", email: "ana@example.com", password: "a sea of lanterns" };

export interface World {
  readonly emulator: Emulator;
  /** For asking and looking; it delivers nothing. */
  readonly runtime: OpenRuntime;
  readonly person: { readonly id: string };
  readonly image: string;
  readonly connections: readonly Connection[];
  /** Ana's browser. */
  readonly visitor: Visitor;
  /** Again, where her session has ended. */
  signIn(): Promise<void>;
  /** All clocks go on. */
  passTime(seconds: number): Promise<void>;
  /** Ends a process, and starts another in its place. */
  kill(kill: Kill): Promise<void>;
  /** Ana connects anew what the networks no longer take. Returns how many. */
  reconnect(): Promise<number>;
  /** What the processes printed that ended by themselves. */
  readonly collapses: readonly string[];
  stop(): Promise<void>;
}

export async function openWorld(): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), "sharewell-torture-"));
  const emulator = await startEmulator();
  const database = await startDatabase(join(folder, "data"));
  const ports = { web: await freePort(), "worker 1": await freePort(), "worker 2": await freePort() };
  const clockFile = join(folder, "clock");
  let aheadMs = 0;
  const tellTime = () => writeFileSync(clockFile, String(aheadMs));
  tellTime();
  const changes = {
    DATABASE_URL: database.url,
    SOCIAL_LEASE_SECONDS: "2",
    SOCIAL_SETTLE_SECONDS: "",
    SOCIAL_LOG_LEVEL: "fatal",
    CLOCK_FILE: clockFile,
  };
  const variables = serviceVariables({ port: ports.web, emulator, changes });
  const address = variables.SOCIAL_BASE_URL ?? "";
  const runtime = await openRuntime(readConfig(variables, {}), {
    log: pino({ level: "silent" }),
    now: () => new Date(Date.now() + aheadMs),
  });
  await registerApps(emulator, address);
  await hurry(emulator);

  const running = new Map<string, RunningProcess>();
  const collapses: string[] = [];
  const start = (name: keyof typeof ports) => {
    const own = { ...variables, PORT: String(ports[name]) };
    const role = name === "web" ? "web" : "worker";
    const process = startProcess([role], own, "dist/test/torture/service.js");
    running.set(name, process);
    void process.ended.then(() => {
      if (running.get(name) !== process) return;
      // As whoever watches over a service does: one that finds no database, or its port taken, is started again.
      if (/DatabaseUnreachable|PortUnavailable/.test(process.output())) start(name);
      else collapses.push(`${name}: ${process.output().slice(-2_000)}`);
    });
    return process;
  };
  for (const name of Object.keys(ports) as (keyof typeof ports)[])
    await untilReady(start(name), `http://127.0.0.1:${ports[name]}/`);

  await createPerson(runtime, ana);
  const [row] = await runtime.database.select({ id: users.id }).from(users);
  const person = { id: row?.id ?? "" };
  const connections: Connection[] = [];
  const choices = accounts(emulator);
  for (const choice of choices) connections.push(await connectAccount(runtime, person, choice));
  const visitor = createVisitor({ address });
  const signIn = async () => {
    await visitor.post("/login/", { email: ana.email, password: ana.password }).catch(() => undefined);
  };
  await signIn();

  return {
    emulator,
    runtime,
    person,
    connections,
    visitor,
    signIn,
    collapses,
    image: await hostPicture(await pagePicture()),
    async passTime(seconds) {
      for (const name of networkNames) emulator[name].world.advance(seconds);
      aheadMs += seconds * 1_000;
      tellTime();
    },
    async kill({ victim, signal }) {
      if (victim === "database") return await database.kill();
      const process = running.get(victim);
      running.delete(victim);
      process?.child.kill(signal);
      await process?.ended;
      start(victim);
    },
    async reconnect() {
      let renewed = 0;
      for (const { id, platform, status } of await listConnections(runtime, person)) {
        const choice = choices.find((mine) => mine.platform === platform);
        if (status !== "reconnect" || choice === undefined) continue;
        await connectAccount(runtime, person, choice);
        await releaseShares(runtime, [id]);
        renewed += 1;
      }
      return renewed;
    },
    async stop() {
      const processes = [...running.values()];
      running.clear();
      for (const { child } of processes) child.kill("SIGKILL");
      await Promise.all(processes.map(({ ended }) => ended));
      await runtime.close();
      await database.stop();
      await emulator.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Everything that can be killed is up again. */
export async function untilUp(world: World): Promise<void> {
  await waitFor("the service to be up", async () => {
    const answer = await world.visitor.get("/readyz").catch(() => undefined);
    return answer?.ok ? true : undefined;
  });
}

export type { Victim };

function accounts({ mastodon }: Emulator): AccountChoice[] {
  return platformNames.map((platform) => ({
    platform,
    ...(platform === "mastodon" ? { server: `mastodon.localhost:${mastodon.port}` } : {}),
    ...(platform === "instagram" ? { way: "instagram" } : {}),
    ...(platform === "linkedin" ? { way: "profile" } : {}),
  }));
}

/** What networks take their time for passes as quickly as our waits for it, and nobody's day is over too soon. */
async function hurry({ threads, instagram, linkedin }: Emulator): Promise<void> {
  const short = { textSeconds: 0.02, pictureSeconds: 0.1, propagationSeconds: 0.06 };
  await control(threads, "POST", "switches", { ...short, postQuota: 100_000 });
  await control(instagram, "POST", "switches", { containerSeconds: 0.06 });
  await control(linkedin, "POST", "switches", { imageSeconds: 0.04, memberLimit: 100_000 });
}
