/**
 * Plays a path of the model with the real functions, two processes and a real database, and compares the two after
 * every step.
 */
import { eq } from "drizzle-orm";
import type { Connection } from "../../../src/connections/connection.ts";
import { disconnect } from "../../../src/connections/disconnect.ts";
import { socialConnections, socialShares } from "../../../src/database/schema.ts";
import { cancelShare } from "../../../src/sharing/acts/cancel.ts";
import { confirmPosted, shareAnew } from "../../../src/sharing/acts/resolve.ts";
import { retryShare } from "../../../src/sharing/acts/retry.ts";
import type { ShareRow } from "../../../src/sharing/claims/lease.ts";
import { wakeDue, wakeStranded } from "../../../src/sharing/claims/wake.ts";
import { publishingCalls } from "../../harness/networks/calls.ts";
import { letTimePass } from "../../harness/networks/networks.ts";
import { addPerson } from "../../harness/people/accounts.ts";
import { orderFault } from "../../harness/people/shares.ts";
import { LEASE_SECONDS, type TwoWorkers } from "../../harness/services/two-workers.ts";
import type { Path } from "./explore.ts";
import type { State, Step, WorkerName } from "./model.ts";
import type { Stage } from "./stage.ts";

export interface Theatre {
  readonly workers: TwoWorkers;
  readonly stages: Readonly<Record<WorkerName, Stage>>;
}

interface Play extends Theatre {
  readonly person: { readonly id: string };
  readonly connection: Connection;
  readonly share: ShareRow;
}

const LIST = "GET /2/users/:id/tweets";

/** What the network does with the request that can publish. */
const faults: Readonly<Record<string, object>> = {
  "posts, and the answer is lost": { kind: "drop", when: "after" },
  "does not get through": { kind: "drop", when: "before" },
  "is refused for now": { kind: "rate-limit", headers: false },
  "is refused": { kind: "status", status: 403 },
  "is refused: the grant ended": { kind: "revoke-token" },
};

/** @returns the real share and the model's after each step */
export async function replay(
  theatre: Theatre,
  { begins, steps }: Path,
): Promise<{ readonly act: string; readonly real: Seen; readonly model: Seen }[]> {
  const play = await begin(theatre, begins);
  const seen = [];
  let before = begins;
  for (const step of steps) {
    await take(play, before, step);
    const act = [step.by, step.act].filter(Boolean).join(" ");
    seen.push({ act, real: await look(play), model: seenOf(step.next) });
    before = step.next;
  }
  // Nothing of it may remain for the next path.
  for (const by of ["a", "b"] as const) if (before[by].at !== "idle") await theatre.stages[by].die();
  return seen;
}

async function begin(theatre: Theatre, { status }: State): Promise<Play> {
  const { workers } = theatre;
  await workers.reset();
  const person = await addPerson(workers.a.runtime);
  const connection = await workers.connect(person, "twitter");
  // A post that shows whether the account's list is complete.
  const first = await workers.share(person, connection);
  await workers.carryOn(workers.a, first.id);
  const share = await workers.share(person, connection);
  if (status === "scheduled") {
    const later = new Date(Date.now() + 86_400_000);
    await workers.a.runtime.database
      .update(socialShares)
      .set({ status, nextAttemptAt: later })
      .where(eq(socialShares.id, share.id));
  }
  return { ...theatre, person, connection, share };
}

type Seen = Pick<State, "status" | "sent" | "sends" | "withdrawn" | "waits" | "posts">;

function seenOf({ status, sent, sends, withdrawn, waits, posts }: State): Seen {
  return { status, sent, sends, withdrawn, waits, posts };
}

async function look({ workers, share }: Play): Promise<Seen> {
  const row = await workers.read(share.id);
  const { status, sends, withdrawn } = row;
  const posts = workers.posts("twitter", share).length;
  return {
    status,
    sent: row.firstSentAt !== null,
    sends,
    withdrawn,
    waits: row.nextAttemptAt !== null,
    posts,
  };
}

async function take(play: Play, before: State, step: Step): Promise<void> {
  if (step.by === undefined) await takeOutside(play, before, step);
  else await takeWorker(play, step.by, step);
}

async function takeWorker(
  { workers, stages, share }: Play,
  by: WorkerName,
  { act, next }: Step,
): Promise<void> {
  const { emulator } = workers;
  const stage = stages[by];
  switch (act) {
    case "claims":
      return await stage.begin(share.id, "claimed");
    case "dies":
      return await stage.die();
    case "cannot tell":
      await orderFault(emulator.twitter, LIST, { kind: "status", status: 403 });
      return await stage.goOn();
    case "finds it":
    case "does not find it":
      letTimePass(emulator, 10_000);
      return await stage.goOn(next[by].at === "claimed" ? "about to pass the fence" : undefined);
    case "passes the fence":
      return await stage.goOn(next[by].at === "fenced" ? "fenced" : undefined);
    case "finds the account broken":
    case "settles":
      return await stage.goOn();
  }
  const fault = faults[act];
  if (fault !== undefined) await orderFault(emulator.twitter, publishingCalls.twitter, fault);
  await stage.goOn("about to settle");
}

async function takeOutside(play: Play, before: State, { act }: Step): Promise<void> {
  const { workers, person, connection, share } = play;
  const { runtime } = workers.b;
  const { database } = runtime;
  const isShare = eq(socialShares.id, share.id);
  switch (act) {
    case "its time comes":
      await database.update(socialShares).set({ nextAttemptAt: runtime.now() }).where(isShare);
      return void (await wakeDue(runtime));
    case "its wait is over":
      return void (await database.update(socialShares).set({ nextAttemptAt: null }).where(isShare));
    case "its lease ends":
      if (before.lease !== null && before[before.lease].at === "fenced")
        workers[before.lease].freeze(LEASE_SECONDS);
      await workers.endLeases();
      return void (await wakeStranded(runtime));
    case "its person cancels it":
      return void (await cancelShare(runtime, person, share.id));
    case "its person presses Retry":
      // Offered after a refusal only if the operator has to act on it.
      await database.update(socialShares).set({ operatorFault: true }).where(isShare);
      return void (await retryShare(runtime, person, share.id));
    case "its person presses Check again":
      return void (await retryShare(runtime, person, share.id));
    case "its person says that it is there": {
      const [id] = workers.posts("twitter", share);
      const link = `https://x.com/${connection.account.username}/status/${id}`;
      return void (await confirmPosted(runtime, person, { shareId: share.id, link }));
    }
    case "its person says that it is not there":
      return void (await shareAnew(runtime, person, share.id));
    case "the network ends the grant":
      return void (await database
        .update(socialConnections)
        .set({ status: "reconnect", errorCode: "ended-there" })
        .where(eq(socialConnections.id, connection.id)));
    case "its person disconnects the account":
      return void (await disconnect(runtime, person, connection.id));
    case "its person connects the account again":
      return void (await workers.connect(person, "twitter"));
    default:
      throw new Error(`Nobody plays "${act}".`);
  }
}
