/** What is tried against a server with Mastodon's API: the contract, lost answers, deletion, disconnecting. */
import { randomBytes, randomUUID } from "node:crypto";
import type { Connection } from "../src/connections/connection.ts";
import { disconnect } from "../src/connections/disconnect.ts";
import { finishConnecting } from "../src/connections/oauth/finish.ts";
import { startConnecting } from "../src/connections/oauth/start.ts";
import { deleteShare } from "../src/sharing/deletion/delete.ts";
import { findShare, getShareRequest } from "../src/sharing/record/history.ts";
import { isSettled, type Share } from "../src/sharing/share.ts";
import { inEnglish, type Told } from "../src/words/words.ts";
import { readReturn } from "../test/harness/people/accounts.ts";
import { draftFor, submit } from "../test/harness/people/shares.ts";
import { waitFor } from "../test/harness/wait.ts";
import { approve, type Login } from "./approve.ts";
import { type Between, standBetween, type troubles } from "./between.ts";
import type { Finding } from "./findings.ts";
import { openWorld, type World } from "./world.ts";

export interface Server {
  /** The name with the version, for the report. */
  readonly name: string;
  /** `localhost:PORT`, which the server takes for its name. */
  readonly host: string;
  /** The port at which it really listens. */
  readonly behind: URL;
  /** Two people, or one if the server has no more. */
  readonly people: readonly Login[];
}

/** The minutes until a share with a lost answer is looked for the last time. */
const PATIENCE_MS = 20 * 60_000;

type Trouble = keyof typeof troubles;

/** @param report is called at the end with what the server received, line by line */
export async function play(server: Server, report: (line: string) => void): Promise<Finding[]> {
  const findings: Finding[] = [];
  const between = await standBetween({
    port: Number(new URL(`http://${server.host}`).port),
    behind: server.behind,
  });
  const world = await openWorld(server.host);
  try {
    await playAll({
      server,
      world,
      between,
      tell: (tried, seen, isBroken = false) => findings.push({ tried, seen, isBroken }),
    });
  } finally {
    await world.stop();
    await between.stop();
    for (const line of between.log) report(line);
  }
  return findings;
}

interface Stage {
  readonly server: Server;
  readonly world: World;
  readonly between: Between;
  tell(tried: string, seen: string, isBroken?: boolean): void;
}

async function playAll(stage: Stage): Promise<void> {
  const { server, world } = stage;
  const [first, second = first] = server.people;
  if (first === undefined || second === undefined) throw new Error(`${server.name} has nobody to play.`);
  const ana = await world.addPerson("Ana");
  const anas = await tryToConnect(stage, "the first person connects", ana, first);
  await tryToConnect(stage, "a second person connects", await world.addPerson("Ben"), second);
  const again = await tryToConnect(stage, "the first person connects again", ana, first);
  const connection = again ?? anas;
  if (connection === undefined) return;
  const names: Trouble[] = ["answer-cut", "arrives-late", "odd-words-cut"];
  const [plain] = await Promise.all([
    share(stage, ana, connection, "plain"),
    ...names.map((name) => share(stage, ana, connection, name)),
  ]);
  if (plain?.status === "posted") await takeBack(stage, ana, plain);
  await end(stage, ana, connection);
}

async function tryToConnect(
  stage: Stage,
  tried: string,
  person: { id: string },
  login: Login,
): Promise<Connection | undefined> {
  const { world, server, tell } = stage;
  const { runtime } = world;
  try {
    const dancer = { person, sessionId: randomUUID() };
    const started = await startConnecting(runtime, {
      ...dancer,
      platform: "mastodon",
      returnTo: "/social/",
      server: server.host,
    });
    if ("problem" in started) {
      tell(tried, `not begun: ${inEnglish(started.problem)}`, true);
      return undefined;
    }
    const callback = await approve(started.redirect, login, world.address);
    const ended = await finishConnecting(runtime, {
      ...dancer,
      platform: "mastodon",
      ...readReturn(callback),
    });
    const [connection] = ended.outcome === "connected" ? ended.connections : [];
    if (connection === undefined)
      tell(tried, `not connected${because("problem" in ended ? ended.problem : ended.outcome)}`, true);
    else tell(tried, `as ${connection.account.username ?? connection.account.displayName}`);
    return connection;
  } catch (error) {
    tell(tried, `not connected: ${String(error).slice(0, 1_000)}`, true);
    return undefined;
  }
}

async function share(
  { world: { runtime }, between, tell }: Stage,
  person: { id: string },
  connection: Connection,
  kind: Trouble | "plain",
): Promise<Share | undefined> {
  const word = `witness-${kind}-${letters()}`;
  const message = kind === "odd-words-cut" ? "Read <this> & **that**, 1 < 2, _now_" : "Worth a read";
  const draft = draftFor([connection], {
    message,
    page: {
      url: `https://blog.example.com/${word}`,
      title: "Why we moved",
      description: "",
      image: undefined,
    },
  });
  const requestId = await submit(runtime, person, draft);
  const settled = await waitFor(
    `${kind} to be settled`,
    async () => {
      const [found] = (await getShareRequest(runtime, person, requestId))?.shares ?? [];
      return found !== undefined && isSettled(found.status) ? found : undefined;
    },
    PATIENCE_MS,
    500,
  ).catch(() => undefined);
  await between.untilArrived(word);
  const posts = between.posts(word);
  tell(
    `share, ${kind}`,
    `${settled?.status ?? "not settled"}, ${posts} there${because(settled?.problem)}`,
    isBroken(settled?.status, posts),
  );
  return settled;
}

/** Whether a share was posted twice or its status is wrong. `unconfirmed` is allowed, since the person is told. */
function isBroken(status: Share["status"] | undefined, posts: number): boolean {
  if (posts > 1 || status === undefined) return true;
  return posts === 1 ? status !== "posted" && status !== "unconfirmed" : status === "posted";
}

async function takeBack(
  { world: { runtime }, tell }: Stage,
  person: { id: string },
  share: Share,
): Promise<void> {
  const before = await statusOf(share);
  await deleteShare(runtime, person, share.id);
  const after = await waitFor(
    "the deletion to end",
    async () => {
      const found = await findShare(runtime, person, share.id);
      return found === undefined || found.deletion.state === "deleting" ? undefined : found;
    },
    PATIENCE_MS,
    500,
  );
  // The public page: a server can keep showing a deleted post to its author.
  const afterwards = await statusOf(share);
  tell(
    "delete",
    `${after.deletion.state}, the post's page answered ${before}, then ${afterwards}${because("problem" in after.deletion ? after.deletion.problem : undefined)}`,
    after.deletion.state === "deleted" && before === 200 && afterwards === 200,
  );
}

async function statusOf({ postUrl }: Share): Promise<number> {
  return await fetch(String(postUrl), { headers: { accept: "text/html" } }).then(({ status }) => status);
}

async function end(
  { world: { runtime }, between, server, tell }: Stage,
  person: { id: string },
  connection: Connection,
): Promise<void> {
  const authorization = between.lastAuthorization();
  const said = await disconnect(runtime, person, connection.id);
  const answer = await fetch(`http://${server.host}/api/v1/accounts/verify_credentials`, {
    headers: { authorization },
  });
  tell("disconnect", `${said}; the token then gets ${answer.status}`, said === "disconnected" && answer.ok);
}

function because(problem: Told | string | undefined): string {
  return problem === undefined ? "" : `: ${inEnglish(problem)}`;
}

function letters(): string {
  return randomBytes(12)
    .toString("hex")
    .replace(/\d/g, (digit) => String.fromCharCode(103 + Number(digit)));
}
