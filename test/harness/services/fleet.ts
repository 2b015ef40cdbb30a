/**
 * The built service as an operator runs it: PostgreSQL, a web process and workers as separate processes, with
 * the simulated networks. People share through its pages, and the results are counted at the networks.
 */
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eq, inArray } from "drizzle-orm";
import { pino } from "pino";
import { defaultHost } from "../../../emulator/mastodon/dialects/mastodon.ts";
import { newAccount } from "../../../emulator/mastodon/servers.ts";
import { type Emulator, startEmulator } from "../../../emulator/server.ts";
import { registerApps } from "../../../src/cli/demo/demo-apps.ts";
import { readConfig } from "../../../src/config/config.ts";
import type { Connection } from "../../../src/connections/connection.ts";
import { type Embedded, startEmbedded } from "../../../src/database/embedded/embedded.ts";
import { credentials, socialConnections, socialShares, users } from "../../../src/database/schema.ts";
import { createPerson } from "../../../src/people/sign-up/create-person.ts";
import { type PlatformName, platformNames } from "../../../src/platforms/platform.ts";
import { type OpenRuntime, openRuntime } from "../../../src/service/runtime.ts";
import { isSettled } from "../../../src/sharing/share.ts";
import { control, freePort, serviceVariables } from "../networks/networks.ts";
import { hostPicture, pagePicture } from "../networks/pictures.ts";
import { type AccountChoice, connectAccount } from "../people/accounts.ts";
import { signedInVisitor, type Visitor } from "../people/visitor.ts";
import { waitFor } from "../wait.ts";
import { type RunningProcess, startProcess, untilReady } from "./process.ts";

const password = "a sea of lanterns";
/** The accounts at the other networks. */
const KNOWN = ["ana", "ben"];

export interface Member {
  readonly id: string;
  readonly email: string;
  /** Their browser, signed in. */
  readonly visitor: Visitor;
  readonly connections: readonly Connection[];
}

/** The results of all accepted shares. */
export interface Tally {
  readonly accepted: number;
  readonly posted: number;
  /** Reported as unconfirmed. */
  readonly unconfirmed: number;
  /** Reported as not posted. */
  readonly refused: number;
  /** The reasons, each once: "instagram rejected picture-refused". */
  readonly reasons: readonly string[];
  /** Posted more than once. */
  readonly twice: number;
  /**
   * Missing from the tables, never settled, reported as posted but missing at the network, or reported as not
   * posted but present.
   */
  readonly lost: number;
}

export interface Fleet {
  readonly emulator: Emulator;
  /** The address of the web process. */
  readonly address: string;
  /** A runtime to query the database; it delivers nothing. */
  readonly runtime: OpenRuntime;
  /** The environment of every process. */
  readonly variables: Readonly<Record<string, string>>;
  readonly members: readonly Member[];
  /** The address of a readable page. */
  pageAddress(): string;
  /** "web", "worker 1" and so on. */
  process(name: string): RunningProcess;
  /** The address of a process or worker. */
  addressOf(name: string): string;
  start(name: string): Promise<void>;
  /** Ends a process and waits until it is gone. */
  end(name: string, signal: NodeJS.Signals): Promise<void>;
  /**
   * Shares to all accounts of a member, as a browser does.
   * @returns the response; accepted shares are counted from then on
   */
  share(member: Member, extra?: Readonly<Record<string, string>>): Promise<Response>;
  /** Processes that ended unexpectedly: "web ended with 1". */
  fallen(): string[];
  /** How many shares have been accepted. */
  accepted(): number;
  /** Waits until all accepted shares are settled, at most this long, and counts them. */
  settle(withinMs?: number): Promise<Tally>;
  /** Everything that all processes printed, including those that ended. */
  output(): string;
  stop(): Promise<void>;
}

export interface FleetOptions {
  readonly people?: number;
  readonly workers?: number;
  readonly changes?: Readonly<Record<string, string>>;
  /**
   * Everybody's accounts. Default: two at different Mastodon servers, and for the first two people one at each
   * other network.
   */
  readonly networks?: readonly PlatformName[];
}

/** Starts everything. @throws when a part does not start */
export async function openFleet({
  people = 2,
  workers = 2,
  changes = {},
  networks,
}: FleetOptions = {}): Promise<Fleet> {
  const folder = mkdtempSync(join(tmpdir(), "sharewell-fleet-"));
  const emulator = await startEmulator();
  const embedded = await startEmbedded(join(folder, "data"), { settings: { max_connections: "150" } });
  const site = await startSite();
  const image = await hostPicture(await pagePicture());
  const names = ["web", ...Array.from({ length: workers }, (_, index) => `worker ${index + 1}`)];
  const ports = new Map<string, number>();
  for (const name of names) ports.set(name, await freePort());
  const variables = serviceVariables({
    port: ports.get("web") ?? 0,
    emulator,
    changes: {
      DATABASE_URL: urlOf(embedded),
      SOCIAL_DATA_DIR: folder,
      SOCIAL_LOG_LEVEL: "info",
      SOCIAL_TRUST_PROXY: "true",
      ...changes,
    },
  });
  const address = variables.SOCIAL_BASE_URL ?? "";
  const running = new Map<string, RunningProcess>();
  const started: RunningProcess[] = [];
  const endedByUs = new Set<string>();
  const addressOf = (name: string) => `http://127.0.0.1:${ports.get(name)}/`;
  const start = async (name: string) => {
    const words = name === "web" ? ["serve", "--no-worker"] : ["worker"];
    const process = startProcess(words, { ...variables, PORT: String(ports.get(name)) });
    running.set(name, process);
    endedByUs.delete(name);
    started.push(process);
    await untilReady(process, addressOf(name));
  };
  await start("web");
  await Promise.all(names.slice(1).map(start));
  const runtime = await openRuntime(readConfig(variables, {}), {
    log: pino({ level: "silent" }),
    guest: true,
  });
  await registerApps(emulator, address);
  await liftQuotas(emulator);
  const members = await addMembers({ runtime, emulator, address }, people, networks);
  const accepted: { readonly requestId: string; readonly member: Member }[] = [];
  let shares = 0;

  const fleet: Fleet = {
    ...{ emulator, address, runtime, variables, members, addressOf, start },
    pageAddress: () => `${site.address}${randomUUID()}`,
    process(name) {
      const process = running.get(name);
      if (process === undefined) throw new Error(`There is no process ${name}.`);
      return process;
    },
    async end(name, signal) {
      const process = fleet.process(name);
      endedByUs.add(name);
      process.child.kill(signal);
      await process.ended;
    },
    fallen: () =>
      [...running]
        .filter(([name]) => !endedByUs.has(name))
        .map(([name, { child }]) => ({ name, how: child.exitCode ?? child.signalCode }))
        .filter(({ how }) => how !== null)
        .map(({ name, how }) => `${name} ended with ${how}`),
    async share(member, extra = {}) {
      shares += 1;
      const form = new URLSearchParams({
        ...{ url: fleet.pageAddress(), title: "A page", message: `Number ${shares};` },
        idempotency_key: randomUUID(),
        ...(member.connections.some(({ platform }) => platform === "instagram") ? { image } : {}),
        ...extra,
      });
      for (const { id } of member.connections) form.append("account", id);
      const answer = await member.visitor.post("/social/share/", form);
      const [, requestId] = /\/social\/share\/([\w-]{36})\//.exec(answer.headers.get("location") ?? "") ?? [];
      if (answer.status === 303 && requestId !== undefined) accepted.push({ requestId, member });
      return answer;
    },
    accepted: () => accepted.reduce((sum, { member }) => sum + member.connections.length, 0),
    async settle(withinMs = 240_000) {
      await waitFor(
        "all shares to be settled",
        async () => ((await readShares(runtime, members)).every(isOver) ? true : undefined),
        withinMs,
        500,
      ).catch(() => undefined);
      const taken = new Set(accepted.map(({ requestId }) => requestId));
      return count(await readShares(runtime, members), { asked: fleet.accepted(), taken }, emulator);
    },
    output: () => started.map((process) => process.output()).join("\n"),
    async stop() {
      for (const { child } of running.values()) child.kill("SIGKILL");
      await Promise.all([...running.values()].map(({ ended }) => ended));
      await runtime.close();
      await embedded.stop();
      await emulator.stop();
      await site.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return fleet;
}

function urlOf({ connection }: Embedded): string {
  return `postgres://sharewell@localhost/sharewell?host=${encodeURIComponent(String(connection.host))}`;
}

/** High limits, so that nobody reaches a daily one. */
async function liftQuotas({ threads, linkedin }: Emulator): Promise<void> {
  await control(threads, "POST", "switches", { postQuota: 100_000 });
  await control(linkedin, "POST", "switches", { memberLimit: 100_000 });
}

interface Places {
  readonly runtime: OpenRuntime;
  readonly emulator: Emulator;
  readonly address: string;
}

/** Everybody has the same password, since hashing takes time, and a different address behind the proxy. */
async function addMembers(
  { runtime, emulator, address }: Places,
  people: number,
  networks: readonly PlatformName[] | undefined,
): Promise<Member[]> {
  const { database } = runtime;
  await createPerson(runtime, { name: "Op", email: "op@example.com", password });
  const [own] = await database.select().from(credentials);
  const members: Member[] = [];
  addServers(emulator, people);
  for (let number = 0; number < people; number += 1) {
    const [id, email] = [randomUUID(), `person${number}@example.com`];
    await database.insert(users).values({ id, name: `Person ${number}`, email, emailVerified: true });
    const same = { providerId: "credential", password: own?.password ?? null };
    await database.insert(credentials).values({ id: randomUUID(), accountId: id, userId: id, ...same });
    const connections: Connection[] = [];
    for (const choice of choicesOf(emulator, number, networks))
      connections.push(await connectAccount(runtime, { id }, choice));
    const headers = { "x-forwarded-for": `198.51.${100 + Math.floor(number / 200)}.${number % 200}` };
    const visitor = await signedInVisitor({ address }, { email, password }, headers);
    members.push({ id, email, visitor, connections });
  }
  return members;
}

function choicesOf(
  { mastodon }: Emulator,
  number: number,
  networks: readonly PlatformName[] = platformNames,
): AccountChoice[] {
  const account = KNOWN[number];
  return networks.flatMap((platform): AccountChoice[] => {
    const at = (name: string) => ({ platform, server: `${name}${number}.localhost:${mastodon.port}` });
    if (platform === "mastodon") return [at("a"), at("b")];
    const way = { instagram: "instagram", linkedin: "profile" }[platform as string];
    return account === undefined ? [] : [{ platform, account, ...(way === undefined ? {} : { way }) }];
  });
}

/** Two servers for each person, with an account named Ana. */
function addServers({ mastodon }: Emulator, people: number): void {
  const { memory } = mastodon.world;
  const usual = memory.servers.find(({ host }) => host === defaultHost);
  if (usual === undefined) throw new Error("There is no usual server.");
  for (let number = 0; number < people; number += 1)
    for (const host of [`a${number}.localhost`, `b${number}.localhost`]) {
      memory.servers.push({ host, title: host, switches: { ...usual.switches } });
      memory.accounts.push(newAccount(host, "ana", "Ana Lima", String(number + 1)));
    }
}

type CountedShare = Awaited<ReturnType<typeof readShares>>[number];

async function readShares({ database }: OpenRuntime, members: readonly Member[]) {
  return await database
    .select({
      ...{
        errorCode: socialShares.errorCode,
        requestId: socialShares.shareRequestId,
        status: socialShares.status,
        text: socialShares.text,
      },
      ...{ platform: socialConnections.platform, username: socialConnections.platformUsername },
    })
    .from(socialShares)
    .innerJoin(socialConnections, eq(socialConnections.id, socialShares.connectionId))
    .where(
      inArray(
        socialShares.userId,
        members.map(({ id }) => id),
      ),
    );
}

function isOver({ status }: CountedShare): boolean {
  return isSettled(status) || status === "scheduled";
}

function count(
  shares: readonly CountedShare[],
  { asked, taken }: { readonly asked: number; readonly taken: ReadonlySet<string> },
  emulator: Emulator,
): Tally {
  const seen = new Map<string, number>();
  for (const platform of platformNames)
    for (const { text, handle } of emulator[platform].world.memory.posts) {
      const key = keyOf(platform, handle, text);
      seen.set(key, (seen.get(key) ?? 0) + 1);
    }
  const mine = shares.filter(({ requestId }) => taken.has(requestId));
  const tally = {
    accepted: asked,
    posted: 0,
    unconfirmed: 0,
    refused: 0,
    twice: 0,
    lost: asked - mine.length,
  };
  for (const share of shares) {
    const found = seen.get(keyOf(share.platform, share.username, share.text)) ?? 0;
    if (found > 1) tally.twice += 1;
    const isPosted = share.status === "posted" || share.status === "duplicate";
    if (isPosted) tally.posted += 1;
    else if (share.status === "unconfirmed") tally.unconfirmed += 1;
    else if (isOver(share)) tally.refused += 1;
    const isMistold = isPosted ? found === 0 : share.status !== "unconfirmed" && found > 0;
    if (!isOver(share) || isMistold) tally.lost += 1;
  }
  const reasons = shares
    .filter(({ status }) => status !== "posted")
    .map(({ platform, status, errorCode }) => `${platform} ${status} ${errorCode}`);
  return { ...tally, reasons: [...new Set(reasons)] };
}

/** Every share has a different text; people have several accounts at Mastodon. */
function keyOf(platform: string, handle: string, text: string): string {
  const [number = text] = /Number \d+;/.exec(text) ?? [];
  return platform === "mastodon" ? `${handle.replace(/^@/, "")} ${number}` : `${platform} ${number}`;
}

/** For pages with little content. */
async function startSite(): Promise<{ readonly address: string; stop(): Promise<void> }> {
  const server = createServer((_request, response) =>
    response
      .writeHead(200, { "content-type": "text/html; charset=utf-8" })
      .end("<!doctype html><title>A page</title><p>Of a site."),
  );
  const port = await freePort();
  await new Promise<void>((done) => server.listen(port, "127.0.0.1", done));
  return {
    address: `http://127.0.0.1:${port}/`,
    stop: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}
