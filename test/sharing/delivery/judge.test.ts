/** What each answer of a network means for a share, on a network that answers as it is told. */
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { Connection } from "../../../src/connections/connection.ts";
import { ConnectionGone } from "../../../src/connections/keys/connection-gone.ts";
import { keepTold } from "../../../src/connections/told.ts";
import { socialConnections, socialShares } from "../../../src/database/schema.ts";
import {
  PlatformError,
  type PlatformErrorKind,
  type Post,
  type ShareResult,
  type SocialPlatform,
} from "../../../src/platforms/platform.ts";
import { toWebAddress } from "../../../src/platforms/posts/web-address.ts";
import type { ShareRow } from "../../../src/sharing/claims/lease.ts";
import { deliver } from "../../../src/sharing/delivery/deliver.ts";
import { findShare } from "../../../src/sharing/record/history.ts";
import { secondPostOf } from "../../../src/sharing/share.ts";
import { say, type Told } from "../../../src/words/words.ts";
import { type Answers, whereNetwork } from "../../harness/networks/answering.ts";
import { addPerson } from "../../harness/people/accounts.ts";
import { startTwoWorkers, type TwoWorkers } from "../../harness/services/two-workers.ts";

const SECOND_MS = 1_000;
const HOUR_MS = 3_600 * SECOND_MS;

let workers: TwoWorkers;
let ana: { id: string };
let x: Connection;

beforeAll(async () => {
  workers = await startTwoWorkers();
});
afterAll(() => workers.stop());
beforeEach(async () => {
  await workers.reset();
  ana = await addPerson(workers.a.runtime);
  x = await workers.connect(ana, "twitter");
});

const message = say("Not now.");
type Details = Partial<ConstructorParameters<typeof PlatformError>[1]>;
const refusal = (kind: PlatformErrorKind, details: Details = {}) =>
  new PlatformError(kind, { code: `${kind}-code`, message, ...details });
const throwing = (error: Error) => async () => await Promise.reject(error);

/** As a network that takes the request and then says this. */
const afterFence = (error: Error) => async (_account: unknown, _tokens: unknown, post: Post) => {
  const permit = await post.beforePublish();
  permit();
  throw error;
};

async function shareAs(columns: Partial<ShareRow> = {}): Promise<ShareRow> {
  const share = await workers.share(ana, x);
  if (Object.keys(columns).length === 0) return share;
  const isIt = eq(socialShares.id, share.id);
  await workers.a.runtime.database.update(socialShares).set(columns).where(isIt);
  return await workers.read(share.id);
}

/** An answer was lost so long ago that a post would show by now. */
const doubtful = (): Partial<ShareRow> => {
  const anHourAgo = new Date(Date.now() - HOUR_MS);
  return { status: "sending", firstSentAt: anHourAgo, sentAt: anHourAgo, sends: 1 };
};

async function deliverTo(answers: Answers | undefined, share: ShareRow): Promise<ShareRow> {
  await deliver(whereNetwork("twitter", workers.a.runtime, answers), share.id);
  const row = await workers.read(share.id);
  expect(row.leaseId).toBeNull();
  return row;
}

/** In seconds from now. */
const waitOf = ({ nextAttemptAt }: ShareRow) =>
  nextAttemptAt === null ? undefined : (nextAttemptAt.getTime() - Date.now()) / SECOND_MS;

test.each<[PlatformErrorKind, Partial<ShareRow>]>([
  ["declined", { status: "rejected", attempts: 0 }],
  ["rejected", { status: "rejected", attempts: 0 }],
  ["reconnect-needed", { status: "reconnect", attempts: 0 }],
  ["duplicate", { status: "duplicate", attempts: 0 }],
  ["transient", { status: "queued", attempts: 1 }],
  ["rate-limited", { status: "queued", attempts: 0 }],
])("before anything was sent, %s means", async (kind, means) => {
  const share = await shareAs();
  const row = await deliverTo({ shareLink: throwing(refusal(kind, { status: 418 })) }, share);
  expect(row).toMatchObject({ ...means, errorCode: `${kind}-code`, firstSentAt: null, sends: 0 });
  expect((await workers.attempts(share.id)).at(-1)).toBe(`share: ${row.status}, ${kind}-code`);
});

test("what is certainly not posted is tried five times more, after longer and longer waits", async () => {
  const share = await shareAs();
  const shareLink = throwing(refusal("transient"));
  for (const [attempts, least] of [2, 10, 60, 300, 900].entries()) {
    const row = await deliverTo({ shareLink }, await shareNext(share));
    expect(row).toMatchObject({ status: "queued", attempts: attempts + 1 });
    expect(waitOf(row)).toBeGreaterThan(least - 5);
    expect(waitOf(row)).toBeLessThanOrEqual(least * 1.5);
  }
  const last = await deliverTo({ shareLink }, await shareNext(share));
  expect(last).toMatchObject({ status: "failed", attempts: 5, nextAttemptAt: null });
});

/** The share, once its wait is over. */
async function shareNext({ id }: ShareRow): Promise<ShareRow> {
  const { database } = workers.a.runtime;
  await database.update(socialShares).set({ nextAttemptAt: null }).where(eq(socialShares.id, id));
  return await workers.read(id);
}

test("a network in trouble is asked at the time that it names, and a limit without a time is waited for a minute", async () => {
  const retryAt = new Date(Date.now() + HOUR_MS);
  const later = await deliverTo({ shareLink: throwing(refusal("transient", { retryAt })) }, await shareAs());
  expect(later.nextAttemptAt?.getTime()).toBeGreaterThanOrEqual(retryAt.getTime());
  const untold = await deliverTo({ shareLink: throwing(refusal("rate-limited")) }, await shareAs());
  expect(waitOf(untold)).toBeGreaterThan(55);
  expect(waitOf(untold)).toBeLessThanOrEqual(66);
});

test("a mistake of ours posts nothing twice: before the request it is tried again, behind it the post is looked for", async () => {
  const mistake = new TypeError("undefined is not a function");
  const before = await deliverTo({ shareLink: throwing(mistake) }, await shareAs());
  expect(before).toMatchObject({ status: "queued", attempts: 1, errorCode: "unexpected", sends: 0 });
  const behind = await deliverTo({ shareLink: afterFence(mistake) }, await shareAs());
  expect(behind).toMatchObject({ status: "sending", attempts: 0, errorCode: "unexpected", sends: 1 });
  expect(behind.firstSentAt).not.toBeNull();
});

test("a refusal behind the fence leaves no doubt, and an answer that is lost does", async () => {
  const refused = await deliverTo({ shareLink: afterFence(refusal("transient")) }, await shareAs());
  expect(refused).toMatchObject({ status: "queued", firstSentAt: null, sends: 0 });
  const lost = await deliverTo({ shareLink: afterFence(refusal("ambiguous")) }, await shareAs());
  expect(lost).toMatchObject({ status: "sending", sends: 1 });
  expect(lost.firstSentAt).not.toBeNull();
});

test("a network that is no longer set up fails what was not sent, and leaves the rest to its person", async () => {
  // For an hour it is left to the other process, which has the network.
  const createdAt = new Date(Date.now() - 2 * HOUR_MS);
  const unsent = await deliverTo(undefined, await shareAs({ createdAt }));
  expect(unsent).toMatchObject({ status: "failed", errorCode: "not-set-up", operatorFault: true });
  const sent = await deliverTo(undefined, await shareAs({ ...doubtful(), createdAt }));
  expect(sent).toMatchObject({ status: "unconfirmed", errorCode: "not-set-up", operatorFault: true });
});

const link = "https://x.com/ana/status/77";
const existing: ShareResult = { platformPostId: "77", url: toWebAddress(link) };
const absent = async () => "absent" as const;

test("a repeat of which the network names the post is posted, with its link", async () => {
  await shareAs({ status: "posted", platformPostId: "76", postedAt: new Date(), firstSentAt: new Date() });
  const share = await shareAs(doubtful());
  const repeat = refusal("duplicate", { existing });
  const row = await deliverTo({ findShare: absent, shareLink: afterFence(repeat) }, share);
  expect(row).toMatchObject({
    status: "posted",
    platformPostId: "77",
    platformPostUrl: link,
    sends: 2,
  });
});

test("a repeat for which the network names the post of another share is a duplicate of that", async () => {
  const posted = { status: "posted", platformPostId: "77", platformPostUrl: link } as const;
  await shareAs({ ...posted, postedAt: new Date(), firstSentAt: new Date() });
  const share = await shareAs(doubtful());
  const repeat = refusal("duplicate", { existing });
  const row = await deliverTo({ findShare: absent, shareLink: afterFence(repeat) }, share);
  expect(row).toMatchObject({ status: "duplicate", platformPostId: "77" });
});

test("a repeat of which the network names nothing is looked for", async () => {
  const shareLink = afterFence(refusal("duplicate"));
  const finds = (...findings: Awaited<ReturnType<SocialPlatform["findShare"]>>[]) => {
    const rest = [...findings];
    return async () => rest.shift() ?? "absent";
  };
  const found = await deliverTo(
    { findShare: finds("absent", existing, existing), shareLink },
    await shareAs(doubtful()),
  );
  expect(found).toMatchObject({ status: "posted", platformPostId: "77" });
  const unseen = await deliverTo({ findShare: finds("absent"), shareLink }, await shareAs(doubtful()));
  expect(unseen).toMatchObject({ status: "posted", platformPostId: null, platformPostUrl: null });
  // Where an earlier share has the same words, the network may mean that one.
  const twin = await shareAs({
    ...{ status: "posted", platformPostId: "78", platformPostUrl: "https://x.com/ana/status/78" },
    ...{ postedAt: new Date(), firstSentAt: new Date() },
  });
  const same = await shareAs({ ...doubtful(), text: twin.text });
  const row = await deliverTo({ findShare: finds("absent"), shareLink }, same);
  expect(row).toMatchObject({ status: "duplicate", platformPostId: "78" });
});

test("a search that fails says nothing of the post", async () => {
  const search = async (error: Error, columns: Partial<ShareRow> = {}) =>
    await deliverTo({ findShare: throwing(error) }, await shareAs({ ...doubtful(), ...columns }));
  expect(await search(new ConnectionGone(message))).toMatchObject({
    ...{ status: "unconfirmed", errorCode: "disconnected", withdrawn: true },
  });
  expect(await search(new TypeError("undefined is not a function"))).toMatchObject({
    ...{ status: "sending", attempts: 1, errorCode: "unexpected" },
  });
  expect(await search(refusal("transient"), { attempts: 4 })).toMatchObject({
    status: "sending",
    attempts: 5,
  });
  const last = await search(refusal("transient"), { attempts: 5 });
  expect(last).toMatchObject({ status: "unconfirmed", errorCode: "transient-code" });
  expect(last.errorMessage).toMatch(/It may have been posted: check your profile\.$/);
  // From here on, the account is known to need reconnecting.
  expect(await search(refusal("reconnect-needed"))).toMatchObject({
    ...{ status: "unconfirmed", errorCode: "reconnect-needed-code", withdrawn: false },
  });
});

test("a search waits for a limit of an hour, which costs no try, and not for one of days", async () => {
  const search = async (hours: number) => {
    const error = refusal("rate-limited", { retryAt: new Date(Date.now() + hours * HOUR_MS) });
    return await deliverTo({ findShare: throwing(error) }, await shareAs(doubtful()));
  };
  const hour = await search(1);
  expect(hour).toMatchObject({ status: "sending", attempts: 0, errorCode: "rate-limited-code" });
  expect(waitOf(hour)).toBeGreaterThan(3_590);
  expect(waitOf(hour)).toBeLessThanOrEqual(3_606);
  const days = await search(48);
  expect(days).toMatchObject({ status: "sending", attempts: 1 });
  expect(waitOf(days)).toBeLessThan(3_600);
});

test.each([
  ["absent", 1, "queued", ""],
  ["absent", 2, "unconfirmed", "we cannot find the post there"],
  ["unknown", 1, "unconfirmed", "cannot tell us whether the post is there"],
] as const)("a post that is %s after %i sends: %s", async (found, sends, status, words) => {
  const share = await shareAs({ ...doubtful(), sends });
  const answers = { findShare: async () => found, shareLink: throwing(refusal("transient")) };
  const row = await deliverTo(answers, share);
  // Sent again, it was refused for now, and the doubt that was there before remains.
  expect(row.status).toBe(status === "queued" ? "sending" : status);
  if (status === "unconfirmed") {
    expect(row.errorCode).toBe("unconfirmed");
    expect(row.errorMessage).toContain(words);
  } else expect(row).toMatchObject({ errorCode: "transient-code", sends: 1 });
});

test.each([
  [1, 3, "posted"],
  [1, 4, "unconfirmed"],
  // Later the server may have forgotten our key.
  [180, 1, "posted"],
  [180, 2, "unconfirmed"],
])("where the network knows repeats, what was first sent %i minutes ago and %i times is %s", async (minutes, sends, status) => {
  const then = new Date(Date.now() - minutes * 60 * SECOND_MS);
  const { id } = await workers.share(ana, await workers.connect(ana, "mastodon"));
  const columns = { ...doubtful(), firstSentAt: then, sentAt: then, sends };
  await workers.a.runtime.database.update(socialShares).set(columns).where(eq(socialShares.id, id));
  const instant = { ...workers.a.runtime, config: { ...workers.a.runtime.config, settleSeconds: 0 } };
  await deliver(instant, id);
  expect(await workers.read(id)).toMatchObject({ status, sends: status === "posted" ? sends + 1 : sends });
});

test.each([
  [10, null, "checking", "We are checking whether the post is there."],
  [300, null, "checking", "We look for the post for a few minutes before sending it again"],
  [300, new Date(), "restored", "Before anything is sent, we check whether this has been posted since."],
] as const)("for %i seconds after a lost answer “not there” means nothing, and the person is told so", async (settleSeconds, lookSince, errorCode, words) => {
  const now = new Date();
  const share = await shareAs({ ...doubtful(), sentAt: now, lookSince });
  const { runtime } = workers.a;
  const patient = { ...runtime, config: { ...runtime.config, settleSeconds } };
  let searches = 0;
  const findShare = async () => {
    searches += 1;
    return "absent" as const;
  };
  await deliver(whereNetwork("twitter", patient, { findShare }), share.id);
  expect(searches).toBe(0);
  const row = await workers.read(share.id);
  expect(row).toMatchObject({ status: "sending", errorCode, attempts: 0, sends: 1 });
  expect(row.errorMessage).toContain(words);
  expect(row.nextAttemptAt?.getTime()).toBe(now.getTime() + settleSeconds * SECOND_MS);
});

test("after a lost answer the post is looked for once it would show, and then less and less often", async () => {
  const { runtime } = workers.a;
  const patient = { ...runtime, config: { ...runtime.config, settleSeconds: 10 } };
  const lost = await shareAs();
  await deliver(whereNetwork("twitter", patient, { shareLink: afterFence(refusal("ambiguous")) }), lost.id);
  const first = waitOf(await workers.read(lost.id));
  expect(first).toBeGreaterThan(5);
  expect(first).toBeLessThanOrEqual(10);
  const share = await shareAs({ ...doubtful(), attempts: 2 });
  await deliver(whereNetwork("twitter", patient, { findShare: throwing(refusal("transient")) }), share.id);
  const later = waitOf(await workers.read(share.id));
  expect(later).toBeGreaterThan(55);
  expect(later).toBeLessThanOrEqual(90);
});

test.each<[string, Partial<ShareRow>, Partial<ShareRow>]>([
  ["names no post", {}, { platformPostId: "77", platformPostUrl: link, errorCode: null }],
  [
    "has a link that holds no id",
    { platformPostUrl: "https://x.com/ana/status/first" },
    { platformPostId: null, platformPostUrl: "https://x.com/ana/status/first", errorCode: null },
  ],
  ["is this post", { platformPostId: "77" }, { platformPostId: "77", errorCode: null }],
  ["is another one", { platformPostId: "76" }, { platformPostId: "76", errorCode: "posted-twice" }],
])("an answer that comes after the share was found posted, which %s", async (_what, known, means) => {
  const share = await shareAs();
  const { database } = workers.a.runtime;
  const shareLink = async (_account: unknown, _tokens: unknown, post: Post) => {
    const permit = await post.beforePublish();
    permit();
    const posted = { status: "posted", postedAt: new Date(), leaseId: null, leaseUntil: null } as const;
    await database
      .update(socialShares)
      .set({ ...posted, ...known })
      .where(eq(socialShares.id, share.id));
    return existing;
  };
  expect(await deliverTo({ shareLink }, share)).toMatchObject({ status: "posted", ...means });
});

test("a share that was ended between two requests of one try is recorded as refused, not as lost", async () => {
  const share = await shareAs();
  const { database } = workers.a.runtime;
  const shareLink = async (_account: unknown, _tokens: unknown, post: Post) => {
    const permit = await post.beforePublish();
    permit();
    // The network refused the first request, and something ended the share meanwhile.
    const ended = { status: "unconfirmed", leaseId: null, leaseUntil: null } as const;
    await database.update(socialShares).set(ended).where(eq(socialShares.id, share.id));
    await post.beforePublish();
    throw new Error("The fence let it pass.");
  };
  expect((await deliverTo({ shareLink }, share)).status).toBe("unconfirmed");
  expect(await workers.attempts(share.id)).toEqual(["share: queued, ended-meanwhile"]);
});

test("an account that was disconnected cancels what was not sent, and leaves a doubt to its person", async () => {
  const gone = throwing(new ConnectionGone(message));
  expect(await deliverTo({ shareLink: gone }, await shareAs())).toMatchObject({
    ...{ status: "cancelled", errorCode: "disconnected", errorMessage: "Not now." },
  });
  const doubted = await deliverTo({ findShare: absent, shareLink: gone }, await shareAs(doubtful()));
  expect(doubted).toMatchObject({ status: "unconfirmed", errorCode: "disconnected", withdrawn: true });
  expect(doubted.errorMessage).toBe("Not now. An earlier attempt may have posted it. Check your profile.");
});

test.each<[Partial<typeof socialConnections.$inferInsert>, Partial<ShareRow>]>([
  [
    { errorCode: "ended-there", ...keepTold(say("You took our permission away there.")) },
    { errorCode: "ended-there", errorMessage: "You took our permission away there." },
  ],
  [
    { accessTokenEnc: null, errorCode: null, errorMessage: null, errorTold: null },
    {
      errorCode: "reconnect",
      errorMessage: "The network no longer lets us post here. Reconnect the account.",
    },
  ],
])("a share to an account that needs reconnecting waits for that, and says why (%o)", async (known, told) => {
  const share = await shareAs();
  await workers.a.runtime.database.update(socialConnections).set({ status: "reconnect", ...known });
  const row = await deliverTo({ shareLink: throwing(new Error("It was asked all the same.")) }, share);
  expect(row).toMatchObject({ status: "reconnect", ...told });
});

test("what its account was taken from is never sent again by itself", async () => {
  const share = await shareAs({ ...doubtful(), withdrawn: true });
  expect(await deliverTo({ findShare: absent }, share)).toMatchObject({ status: "unconfirmed", sends: 1 });
});

test("the link of a second post is read from what the person is told", async () => {
  const { id } = await shareAs();
  const share = await findShare(workers.a.runtime, ana, id);
  const told = (problemCode: string, problem: Told) =>
    share && secondPostOf({ ...share, problemCode, problem });
  expect(told("posted-twice", say("It was posted a second time: {link}", { link }))).toBe(link);
  expect(told("posted-twice", say("It was posted a second time."))).toBeUndefined();
  expect(told("rejected", say("Look: {link}", { link }))).toBeUndefined();
});
