/** What is tried against Bluesky’s reference server: connecting by its consent page, lost answers, deletion, disconnecting. */
import { randomBytes, randomUUID } from "node:crypto";
import { z } from "zod";
import type { Connection } from "../../src/connections/connection.ts";
import { disconnect } from "../../src/connections/disconnect.ts";
import { finishConnecting } from "../../src/connections/oauth/finish.ts";
import { startConnecting } from "../../src/connections/oauth/start.ts";
import { deleteShare } from "../../src/sharing/deletion/delete.ts";
import { findShare, getShareRequest } from "../../src/sharing/record/history.ts";
import { isSettled, type Share } from "../../src/sharing/share.ts";
import { inEnglish, type Told } from "../../src/words/words.ts";
import { readReturn } from "../../test/harness/people/accounts.ts";
import { draftFor, submit } from "../../test/harness/people/shares.ts";
import { waitFor } from "../../test/harness/wait.ts";
import type { Finding } from "../findings.ts";
import { openWorld, type World } from "../world.ts";
import { decideAtReference } from "./consent.ts";
import { createLosingFetch, type LosingFetch, type Trouble } from "./losing-fetch.ts";
import { createAccount, type ReferenceAccount, type ReferenceServer } from "./server.ts";

/** The minutes until a share with a lost answer is looked for the last time. */
const PATIENCE_MS = 10 * 60_000;

interface Stage {
  readonly server: ReferenceServer;
  readonly world: World;
  readonly network: LosingFetch;
  tell(tried: string, seen: string, isBroken?: boolean): void;
}

interface Person {
  readonly id: string;
}

/** Plays the journey of a new account on this server. */
export async function playJourney(server: ReferenceServer): Promise<Finding[]> {
  const findings: Finding[] = [];
  const hosts = [server.address, server.directory].map((origin) => new URL(origin).host);
  const network = createLosingFetch(hosts);
  try {
    const world = await openWorld(hosts.join(","), {
      fetch: network.fetch,
      variables: {
        SOCIAL_BLUESKY_DIRECTORY_ORIGIN: server.directory,
        SOCIAL_BLUESKY_HANDLES_ORIGIN: server.address,
      },
    });
    const tell: Stage["tell"] = (tried, seen, isBroken = false) => findings.push({ tried, seen, isBroken });
    await play({ server, world, network, tell }).finally(() => world.stop());
  } finally {
    await network.close();
  }
  return findings;
}

async function play(stage: Stage): Promise<void> {
  const { server, world, tell } = stage;
  const [ana, member] = [await world.addPerson("Ana"), await createAccount(server, "bea")];
  await refuse(stage, "a handle of nobody", ana, "nobody.test");
  await refuse(stage, "a server of another kind", ana, new URL(server.directory).host);
  const first = await connect(stage, "connect by handle", ana, { typed: "@Bea.test", member });
  await connect(stage, "connect again by DID", ana, { typed: member.did, member });
  const again = await connect(stage, "connect again by server", ana, {
    typed: new URL(server.address).host,
    member,
  });
  const connection = again ?? first;
  if (connection === undefined) return;
  const [plain] = await Promise.all([
    share(stage, ana, { connection, member }),
    share(stage, ana, { connection, member, options: { replies: "nobody", language: "de" } }),
    share(stage, ana, { connection, member, trouble: "answer-cut" }),
    share(stage, ana, { connection, member, trouble: "arrives-late" }),
  ]);
  if (plain?.settled?.status === "posted")
    await takeBack(stage, ana, { share: plain.settled, word: plain.word, member });
  await callServer(server, "com.atproto.server.deactivateAccount", member, {});
  await share(stage, ana, { connection, member, tried: "share, account deactivated" });
  await callServer(server, "com.atproto.server.activateAccount", member);
  await connect(stage, "connect again after that", ana, { typed: "bea.test", member });
  const said = await disconnect(world.runtime, ana, connection.id);
  tell("disconnect", said, said !== "disconnected");
  await connect(stage, "connect after disconnecting", ana, { typed: "bea.test", member });
}

/** Calls the server as the account's own app does. */
async function callServer(
  { address }: ReferenceServer,
  name: string,
  { accessJwt }: ReferenceAccount,
  body?: object,
): Promise<void> {
  const answer = await fetch(`${address}/xrpc/${name}`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${accessJwt}`,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    body: body === undefined ? null : JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${name}: ${answer.status} ${await answer.text()}`);
}

async function begin({ world }: Stage, person: Person, typed: string) {
  const dancer = { person, sessionId: randomUUID(), platform: "bluesky" } as const;
  const started = await startConnecting(world.runtime, { ...dancer, returnTo: "/social/", server: typed });
  return { dancer, started };
}

async function refuse(stage: Stage, tried: string, person: Person, typed: string): Promise<void> {
  const { started } = await begin(stage, person, typed);
  stage.tell(tried, "problem" in started ? inEnglish(started.problem) : "accepted", !("problem" in started));
}

async function connect(
  stage: Stage,
  tried: string,
  person: Person,
  { typed, member }: { readonly typed: string; readonly member: ReferenceAccount },
): Promise<Connection | undefined> {
  const { dancer, started } = await begin(stage, person, typed);
  if ("problem" in started) {
    stage.tell(tried, `not begun: ${inEnglish(started.problem)}`, true);
    return undefined;
  }
  const callback = await decideAtReference(started.redirect, member, "approve");
  const ended = await finishConnecting(stage.world.runtime, { ...dancer, ...readReturn(callback) });
  const [connection] = ended.outcome === "connected" ? ended.connections : [];
  if (connection === undefined)
    stage.tell(tried, `not connected${because("problem" in ended ? ended.problem : ended.outcome)}`, true);
  else stage.tell(tried, `as ${connection.account.username}`);
  return connection;
}

interface Sharing {
  readonly connection: Connection;
  readonly member: ReferenceAccount;
  readonly trouble?: Trouble;
  readonly options?: Readonly<Record<string, string>>;
  readonly tried?: string;
}

async function share(
  { server, world: { runtime }, network, tell }: Stage,
  person: Person,
  { connection, member, trouble, options, tried }: Sharing,
): Promise<{ readonly word: string; readonly settled: Share | undefined }> {
  const word = `witness-${randomBytes(8).toString("hex")}`;
  if (trouble !== undefined) network.lose(word, trouble);
  const draft = draftFor([connection], {
    message: "Worth a read #witness",
    ...(options === undefined ? {} : { ownOptions: { [connection.id]: options } }),
    page: {
      url: `https://blog.example.com/${word}`,
      title: "Why we moved",
      description: "",
      image: undefined,
    },
  });
  const requestId = await submit(runtime, person, draft);
  const settled = await waitFor(
    `${word} to be settled`,
    async () => {
      const [found] = (await getShareRequest(runtime, person, requestId))?.shares ?? [];
      return found !== undefined && isSettled(found.status) ? found : undefined;
    },
    PATIENCE_MS,
    500,
  ).catch(() => undefined);
  const posts = await countPosts(server.address, member.did, word);
  const name = tried ?? `share, ${trouble ?? (options === undefined ? "plain" : "replies by nobody")}`;
  tell(
    name,
    `${settled?.status ?? "not settled"}, ${posts} there${because(settled?.problem)}`,
    isBroken(settled?.status, posts),
  );
  return { word, settled };
}

/** Whether a share was posted twice or its status is wrong. */
function isBroken(status: Share["status"] | undefined, posts: number): boolean {
  return posts > 1 || status === undefined || (posts === 1) !== (status === "posted");
}

const listShape = z.object({
  records: z.array(
    z.object({ value: z.object({ embed: z.object({ external: z.object({ uri: z.string() }) }) }) }),
  ),
});

async function countPosts(origin: string, did: string, word: string): Promise<number> {
  const query = new URLSearchParams({ repo: did, collection: "app.bsky.feed.post", limit: "100" });
  const answer = await fetch(`${origin}/xrpc/com.atproto.repo.listRecords?${query}`);
  if (!answer.ok) return 0;
  const { records } = listShape.parse(await answer.json());
  return records.filter(({ value }) => value.embed.external.uri.endsWith(word)).length;
}

async function takeBack(
  { server, world: { runtime }, tell }: Stage,
  person: Person,
  {
    share,
    word,
    member,
  }: { readonly share: Share; readonly word: string; readonly member: ReferenceAccount },
): Promise<void> {
  const count = async () => await countPosts(server.address, member.did, word);
  const before = await count();
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
  const left = await count();
  tell("delete", `${after.deletion.state}: ${before} there before, ${left} after`, left > 0);
}

function because(problem: Told | string | undefined): string {
  return problem === undefined ? "" : `: ${inEnglish(problem)}`;
}
