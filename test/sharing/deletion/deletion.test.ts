/**
 * Deleting on all networks that allow it: answers that are lost, answers that never come, and workers that die
 * meanwhile.
 */
import { randomUUID } from "node:crypto";
import { and, eq } from "drizzle-orm";
import { pino } from "pino";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Emulator, startEmulator } from "../../../emulator/server.ts";
import { registerApps } from "../../../src/cli/demo/demo-apps.ts";
import { readConfig } from "../../../src/config/config.ts";
import type { Connection } from "../../../src/connections/connection.ts";
import { auditEvents, shareAttempts, shareDeletions, socialShares } from "../../../src/database/schema.ts";
import { type OpenRuntime, openRuntime } from "../../../src/service/runtime.ts";
import { deleteShare } from "../../../src/sharing/deletion/delete.ts";
import { findShare } from "../../../src/sharing/record/history.ts";
import type { Share } from "../../../src/sharing/share.ts";
import { freshDatabaseUrl } from "../../harness/database/database.ts";
import { emulatedFetch } from "../../harness/networks/emulated-fetch.ts";
import { control, freePort, serviceVariables } from "../../harness/networks/networks.ts";
import { hostPicture, pagePicture } from "../../harness/networks/pictures.ts";
import { addPerson, connectAccount } from "../../harness/people/accounts.ts";
import { draftFor, orderFault, postsOn, shareTo, untilDeletionEnds } from "../../harness/people/shares.ts";
import { type RunningProcess, startProcess, untilReady } from "../../harness/services/process.ts";
import { startTestService, type TestService } from "../../harness/services/service.ts";
import { waitFor } from "../../harness/wait.ts";

/** The call that deletes. Instagram has none for people who connect by its own login. */
const deletions = {
  mastodon: "DELETE /api/v1/statuses/:id",
  twitter: "DELETE /2/tweets/:id",
  facebook: "DELETE /:version/:id",
  threads: "DELETE /v1.0/:id",
  linkedin: "DELETE /rest/posts/:urn",
} as const;
type Deleting = keyof typeof deletions;
const names = Object.keys(deletions) as Deleting[];

function choiceOf(platform: Deleting, emulator: Emulator) {
  return {
    platform,
    ...(platform === "mastodon" ? { server: `mastodon.localhost:${emulator.mastodon.port}` } : {}),
    ...(platform === "linkedin" ? { way: "profile" } : {}),
  };
}

describe("deletion", () => {
  let service: TestService;
  let person: { id: string };
  let connections: Connection[];
  let shares: readonly Share[];
  let message: string;
  /** How long the service waits for the answer to a call that deletes. */
  let patienceMs: number | undefined;

  const impatientFetch: typeof fetch = (input, init) =>
    emulatedFetch(
      input,
      init?.method === "DELETE" && patienceMs !== undefined
        ? { ...init, signal: AbortSignal.timeout(patienceMs) }
        : init,
    );

  beforeAll(async () => {
    service = await startTestService({}, { fetch: impatientFetch });
    person = await addPerson(service.runtime);
    connections = [];
    for (const name of names)
      connections.push(await connectAccount(service.runtime, person, choiceOf(name, service.emulator)));
  });
  afterAll(() => service.stop());
  beforeEach(async () => {
    patienceMs = undefined;
    message = `To be deleted ${randomUUID()}`;
    const draft = draftFor(connections, { message });
    const image = await hostPicture(await pagePicture());
    shares = await shareTo(service.runtime, person, { ...draft, page: { ...draft.page, image } });
    expect(shares.map(({ status }) => status)).toEqual(names.map(() => "posted"));
  });

  const orderEverywhere = async (fault: object, times = 1) => {
    for (const name of names) await orderFault(service.emulator[name], deletions[name], fault, times);
  };
  const askEverywhere = async () => {
    for (const { id } of shares)
      expect(await deleteShare(service.runtime, person, id)).toMatchObject({ outcome: "deleting" });
  };
  const triesOf = async ({ id }: Share) => {
    const rows = await service.runtime.database
      .select()
      .from(shareAttempts)
      .where(and(eq(shareAttempts.shareId, id), eq(shareAttempts.action, "delete")))
      .orderBy(shareAttempts.startedAt);
    return rows.map(({ result }) => result);
  };

  /** The record matches the networks, and the result is reported once. */
  const expectDeleted = async () => {
    for (const share of shares) {
      const { platform } = share.connection;
      const ended = await untilDeletionEnds(service.runtime, person, share.id);
      expect([platform, ended.status, ended.deletion.state]).toEqual([platform, "posted", "deleted"]);
      const posts = (await postsOn(service.emulator[platform])).filter(({ text }) => text.includes(message));
      expect(posts.map(({ deleted }) => [platform, deleted])).toEqual([[platform, true]]);
      const isTold = and(eq(auditEvents.subject, share.id), eq(auditEvents.action, "share.deleted"));
      expect(await service.runtime.database.$count(auditEvents, isTold)).toBe(1);
    }
    expect(await service.runtime.database.$count(shareDeletions)).toBe(0);
  };

  test.each([
    ["is lost before the network does it", { kind: "drop", when: "before" }],
    ["is lost after the network did it", { kind: "drop", when: "after" }],
    ["is cut off in its first line", { kind: "cut", at: "first-line" }],
    ["is cut off after its head", { kind: "cut", at: "head" }],
    ["is cut off in its middle", { kind: "cut", at: "middle" }],
    ["is cut off one byte before its end", { kind: "cut", at: "last-byte" }],
    ["is a gateway's", { kind: "status", status: 502, html: "<h1>502</h1>" }],
    ["is a server's in trouble", { kind: "status", status: 500 }],
    ["is a gateway's, after the network did it", { kind: "status-after", status: 504 }],
    ["is a server's in trouble, after the network did it", { kind: "status-after", status: 500 }],
  ])("an answer that %s is asked for again, and tells that the post is gone, on each network", async (_, fault) => {
    await orderEverywhere(fault);
    await askEverywhere();
    await expectDeleted();
    for (const share of shares) {
      // LinkedIn answers without a body: nothing after its headers can be cut off.
      const isWhole = share.connection.platform === "linkedin" && "at" in fault && fault.at !== "first-line";
      expect(await triesOf(share)).toEqual(isWhole ? ["deleted"] : ["waiting", "deleted"]);
    }
  });

  test("an answer that never comes is asked for again, on each network", async () => {
    patienceMs = 200;
    await orderEverywhere({ kind: "delay", ms: 2_000 });
    await askEverywhere();
    for (const share of shares)
      await waitFor("the first try to be over", async () =>
        (await triesOf(share)).length > 0 ? true : undefined,
      );
    patienceMs = undefined;
    await expectDeleted();
  });

  test("a post that its person deleted at the network meanwhile counts as deleted, on each network", async () => {
    await orderEverywhere({ kind: "drop", when: "after" });
    await orderEverywhere({ kind: "drop", when: "before" }, 2);
    await askEverywhere();
    await expectDeleted();
  });

  test("where no answer comes at all, each network is asked whether the post is there", async () => {
    await orderEverywhere({ kind: "drop", when: "after" });
    await orderEverywhere({ kind: "status", status: 503 }, 10);
    await askEverywhere();
    for (const share of shares) {
      const { id, connection } = share;
      const { deletion } = await untilDeletionEnds(service.runtime, person, id);
      // LinkedIn does not let apps read what members post.
      const expected = connection.platform === "linkedin" ? "unclear" : "deleted";
      expect([connection.platform, deletion.state]).toEqual([connection.platform, expected]);
      const last = connection.platform === "linkedin" ? "unclear" : "gone";
      expect((await triesOf(share)).at(-1)).toBe(last);
    }
    for (const name of names) await control(service.emulator[name], "DELETE", "faults");
    await service.runtime.database.delete(shareDeletions);
  });
});

describe("deletion by a worker that is killed", () => {
  let emulator: Emulator;
  let variables: Record<string, string>;
  /** For queries only; it deletes nothing. */
  let runtime: OpenRuntime;
  let person: { id: string };
  let shares: Share[];
  const running: RunningProcess[] = [];

  const start = async () => {
    const port = await freePort();
    const worker = startProcess(["worker", "--port", String(port)], variables);
    running.push(worker);
    await untilReady(worker, `http://127.0.0.1:${port}/`);
    return worker;
  };
  const kill = async ({ child, ended }: RunningProcess) => {
    child.kill("SIGKILL");
    await ended;
  };

  beforeAll(async () => {
    emulator = await startEmulator();
    const changes = {
      DATABASE_URL: await freshDatabaseUrl(),
      SOCIAL_LOG_LEVEL: "fatal",
      SOCIAL_LEASE_SECONDS: "1",
    };
    variables = serviceVariables({ port: await freePort(), emulator, changes });
    runtime = await openRuntime(readConfig(variables, {}), { log: pino({ level: "silent" }) });
    await registerApps(emulator, variables.SOCIAL_BASE_URL ?? "");
    person = await addPerson(runtime);
    const connections: Connection[] = [];
    for (const name of names)
      connections.push(await connectAccount(runtime, person, choiceOf(name, emulator)));
    const worker = await start();
    shares = await shareTo(runtime, person, draftFor(connections));
    await kill(worker);
  });
  afterAll(async () => {
    await runtime.close();
    await emulator.stop();
  });
  afterEach(async () => {
    for (const worker of running.splice(0)) await kill(worker);
  });

  test("goes on in another one, and ends as it ended at each network, on each of them", async () => {
    const [held, ...rest] = shares;
    if (held === undefined) throw new Error("Nothing was shared.");
    // One is killed before the networks did anything …
    for (const name of names.filter((each) => each !== held.connection.platform))
      await orderFault(emulator[name], deletions[name], { kind: "delay", ms: 60_000 });
    for (const { id } of shares) await deleteShare(runtime, person, id);
    const worker = await runtime.database.transaction(async (transaction) => {
      // … or after one did, before the worker could record that.
      await transaction.select().from(socialShares).where(eq(socialShares.id, held.id)).for("update");
      const first = await start();
      await waitFor("all to be in its hands", async () => {
        const rows = await runtime.database.select().from(shareDeletions);
        return rows.length === shares.length && rows.every(({ leaseId }) => leaseId !== null)
          ? true
          : undefined;
      });
      await waitFor("the first to be gone", async () =>
        (await postsOn(emulator[held.connection.platform])).some(({ deleted }) => deleted) ? true : undefined,
      );
      await kill(first);
      return first;
    });
    expect(worker.child.signalCode).toBe("SIGKILL");
    for (const { id } of [held, ...rest])
      expect((await findShare(runtime, person, id))?.deletion).toMatchObject({ state: "deleting" });
    await start();
    for (const { id } of shares)
      expect(await untilDeletionEnds(runtime, person, id)).toMatchObject({ deletion: { state: "deleted" } });
    for (const name of names)
      expect((await postsOn(emulator[name])).map(({ deleted }) => deleted)).toEqual([true]);
    const isTold = eq(auditEvents.action, "share.deleted");
    expect(await runtime.database.$count(auditEvents, isTold)).toBe(shares.length);
  });
});
