/** Submits a share request: checks it, and stores it with its shares and their jobs in one transaction. */
import { randomUUID } from "node:crypto";
import { and, eq, sql } from "drizzle-orm";
import { handleOf } from "../../connections/connection.ts";
import { listSelected, namesMany, type Selection, type Usable } from "../../connections/selection.ts";
import type { Queryable } from "../../database/open.ts";
import { shareRequests, socialShares } from "../../database/schema.ts";
import { identify, type SharedPage } from "../../pages/page.ts";
import { actAs } from "../../people/acting.ts";
import { recordEvent } from "../../people/audit.ts";
import type { PlatformRegistry } from "../../platforms/registry.ts";
import { say, type Told } from "../../words/words.ts";
import { enqueueShares } from "../claims/queue.ts";
import { beginningFor } from "../life/move.ts";
import type { SharingRuntime } from "../runtime.ts";
import { type Fit, fitTexts, type NetworkMessages } from "./compose.ts";
import { type EarlierShare, findEarlierShares } from "./earlier.ts";

/** What to do about accounts to which the page was shared before. */
export const earlierChoices = ["ask", "leave-out", "repeat"] as const;
export type EarlierChoice = (typeof earlierChoices)[number];

/** What a person submits, and the accounts to share to. */
export interface ShareDraft extends Selection {
  readonly page: SharedPage;
  readonly message: string;
  /** Texts for single connections, instead of the message. */
  readonly ownMessages?: Readonly<Record<string, string>> | undefined;
  /** Texts for networks, for accounts without a text of their own. */
  readonly networkMessages?: NetworkMessages | undefined;
  /** Default: "ask". */
  readonly earlier?: EarlierChoice | undefined;
  /** Connections to which the person wants to share this page again. */
  readonly repeat: readonly string[];
  /** When to send it; absent: now. */
  readonly at?: Date | undefined;
  /** The same for every submit of one form, so that a repeated submit makes no second request. */
  readonly idempotencyKey: string;
}

export interface DraftProblem {
  readonly connectionId?: string;
  readonly problem: Told;
}

export type SubmitOutcome =
  | { readonly outcome: "submitted"; readonly requestId: string }
  | { readonly outcome: "ask"; readonly earlier: ReadonlyMap<string, EarlierShare> }
  | { readonly outcome: "refused"; readonly problems: readonly DraftProblem[] };

/** Submits a draft, unless it has problems or the person must be asked about earlier shares of the page. @throws {Barred} */
export async function submitShares(
  runtime: SharingRuntime,
  person: { readonly id: string },
  draft: ShareDraft,
): Promise<SubmitOutcome> {
  // One at a time for each person, so that two submits of one form or page know of each other.
  return await actAs(runtime, person, async (transaction): Promise<SubmitOutcome> => {
    const [same] = await transaction
      .select({ id: shareRequests.id })
      .from(shareRequests)
      .where(
        and(eq(shareRequests.userId, person.id), eq(shareRequests.idempotencyKey, draft.idempotencyKey)),
      );
    if (same !== undefined) return { outcome: "submitted", requestId: same.id };

    const earlier = await findEarlierShares({ database: transaction, now: runtime.now }, person, draft.page);
    const leftOut = draft.earlier === "leave-out" ? new Set(earlier.keys()) : undefined;
    const { fits, problems } = await weighDraft(runtime, transaction, person, { ...draft, leftOut });
    if (problems.length > 0) return { outcome: "refused", problems };

    const wanted = new Set(draft.earlier === "repeat" ? earlier.keys() : draft.repeat);
    const unasked = fits.filter(({ connection: { id } }) => earlier.has(id) && !wanted.has(id));
    if (unasked.length > 0) return { outcome: "ask", earlier };

    return { outcome: "submitted", requestId: await record(runtime, transaction, { person, draft, fits }) };
  });
}

type DraftWords = Selection &
  Pick<ShareDraft, "page" | "message" | "ownMessages" | "networkMessages"> & {
    /** The scheduled request that is changed: its connections may need reconnecting; others may not. */
    readonly waiting?: { readonly requestId: string; readonly connectionIds: ReadonlySet<string> };
    /** Connections that are selected but left out. */
    readonly leftOut?: ReadonlySet<string> | undefined;
  };

/** Returns the chosen accounts with the text for each, and what prevents sharing. */
export async function weighDraft(
  runtime: SharingRuntime,
  transaction: Queryable,
  person: { readonly id: string },
  draft: DraftWords,
): Promise<{ readonly fits: readonly Fit[]; readonly problems: readonly DraftProblem[] }> {
  const available = new Set(runtime.platforms.availablePlatforms().map(({ name }) => name));
  const usable = {
    platforms: findUsable(runtime.platforms, draft.page.image !== undefined),
    waitingFor: draft.waiting?.requestId,
  };
  const selected = await listSelected(transaction, { person, selection: draft, usable }, runtime.now());
  const connections = selected.filter(
    ({ id, platform }) => available.has(platform) && draft.leftOut?.has(id) !== true,
  );
  const { message, ownMessages, networkMessages } = draft;
  const fits = fitTexts(runtime, connections, { message, ownMessages, networkMessages, url: draft.page.url });
  return { fits, problems: findProblems(runtime, draft, fits) };
}

/** Returns the networks of those that are set up that accept a page with or without a picture. */
export function findUsable(platforms: PlatformRegistry, hasPicture: boolean): Usable["platforms"] {
  return platforms
    .availablePlatforms()
    .filter(({ about }) => hasPicture || about.needsPicture !== true)
    .map(({ name }) => name);
}

function findProblems(runtime: SharingRuntime, draft: DraftWords, fits: readonly Fit[]): DraftProblem[] {
  const { connectionIds, without = [], leftOut = new Set(), waiting } = draft;
  if (fits.length === 0 && leftOut.size > 0)
    return [{ problem: say("This page was shared to all of these accounts before.") }];
  if (connectionIds.length === 0 && (fits.length === 0 || !namesMany(draft)))
    return [{ problem: say("Choose at least one account to share to.") }];
  const problems: DraftProblem[] = [];
  const found = new Set([...fits.map(({ connection }) => connection.id), ...without, ...leftOut]);
  if (connectionIds.some((id) => !found.has(id))) {
    problems.push({
      problem: say("One of the accounts cannot be shared to any more. Check your choice and share again."),
    });
  }
  for (const { connection, length, limit } of fits) {
    const { label, needsPicture } = runtime.platforms.getPlatform(connection.platform).about;
    if (connection.status === "reconnect" && waiting?.connectionIds.has(connection.id) !== true) {
      problems.push({
        connectionId: connection.id,
        problem: say("{network} no longer lets us post as {account}: reconnect the account first.", {
          network: label,
          account: handleOf(connection.account),
        }),
      });
    } else if (needsPicture && draft.page.image === undefined) {
      problems.push({
        connectionId: connection.id,
        problem: say("{network} posts need a picture, and this page has none. Leave {account} out.", {
          network: label,
          account: handleOf(connection.account),
        }),
      });
    } else if (length > limit) {
      problems.push({
        connectionId: connection.id,
        problem: say(
          "{over, plural, one {# character} other {# characters}} too many for {network} ({account}): the limit is {limit}, including the link.",
          { over: length - limit, network: label, account: handleOf(connection.account), limit },
        ),
      });
    }
  }
  return problems;
}

async function record(
  runtime: SharingRuntime,
  transaction: Queryable,
  { person, draft, fits }: { person: { readonly id: string }; draft: ShareDraft; fits: readonly Fit[] },
): Promise<string> {
  const { page } = draft;
  const [request] = await transaction
    .insert(shareRequests)
    .values({
      userId: person.id,
      url: identify(page),
      pageUrl: page.url,
      title: page.title,
      description: page.description,
      image: page.image ?? null,
      imageAlt: page.imageAlt ?? null,
      message: draft.message,
      scheduledAt: draft.at ?? null,
      idempotencyKey: draft.idempotencyKey,
      createdAt: runtime.now(),
    })
    .returning({ id: shareRequests.id });
  if (request === undefined) throw new Error("The share request was not stored.");
  await addShares(runtime, transaction, { requestId: request.id, person, draft, fits });
  await recordEvent(transaction, { userId: person.id, action: "share.requested", subject: request.id });
  return request.id;
}

/** PostgreSQL accepts 65,535 values in a statement, and a share has a dozen. */
const AT_A_TIME = 1_000;

/** Adds one share for each account, with its job or with the moment at which it gets one. */
export async function addShares(
  runtime: SharingRuntime,
  transaction: Queryable,
  {
    requestId,
    person,
    draft,
    fits,
    kept = new Map(),
  }: {
    readonly requestId: string;
    readonly person: { readonly id: string };
    readonly draft: Pick<ShareDraft, "page" | "at">;
    readonly fits: readonly Fit[];
    /** Existing shares to change, by connection. */
    readonly kept?: ReadonlyMap<string, string>;
  },
): Promise<void> {
  const { page, at } = draft;
  const shares: { id: string; connectionId: string }[] = [];
  for (let done = 0; done < fits.length; done += AT_A_TIME) {
    const rows = fits.slice(done, done + AT_A_TIME).map(({ connection, text, url, ownMessage }) => ({
      id: kept.get(connection.id) ?? randomUUID(),
      shareRequestId: requestId,
      userId: person.id,
      connectionId: connection.id,
      sharedUrl: url,
      sharedTitle: page.title,
      text,
      ownMessage: ownMessage ?? null,
      status: beginningFor(at),
      nextAttemptAt: at ?? null,
      createdAt: runtime.now(),
    }));
    const added = await transaction
      .insert(socialShares)
      .values(rows)
      .onConflictDoUpdate({
        target: socialShares.id,
        set: {
          sharedUrl: sql`excluded.shared_url`,
          sharedTitle: sql`excluded.shared_title`,
          text: sql`excluded.text`,
          ownMessage: sql`excluded.own_message`,
          nextAttemptAt: sql`excluded.next_attempt_at`,
          updatedAt: runtime.now(),
        },
      })
      .returning({ id: socialShares.id, connectionId: socialShares.connectionId });
    shares.push(...added);
  }
  if (at !== undefined) return;
  const connections = new Map(fits.map(({ connection }) => [connection.id, connection]));
  const due = shares.flatMap(({ id, connectionId }) => {
    const connection = connections.get(connectionId);
    return connection === undefined ? [] : [{ id, userId: person.id, connection }];
  });
  await enqueueShares(runtime, transaction, due);
}
