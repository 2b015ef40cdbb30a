/** Takes a share request: checks it, and commits it with its shares and their jobs in one transaction. */
import { and, asc, eq, inArray, isNull } from "drizzle-orm";
import { type Connection, handleOf, toConnection } from "../connections/connection.ts";
import type { Queryable } from "../database/open.ts";
import { shareRequests, socialConnections, socialShares, users } from "../database/schema.ts";
import { identify, type SharedPage } from "../pages/page.ts";
import { recordEvent } from "../people/audit.ts";
import { say, type Told } from "../words/words.ts";
import { type Fit, fitText } from "./compose.ts";
import { type EarlierShare, findEarlierShares } from "./earlier.ts";
import { enqueueShares } from "./queue.ts";
import type { SharingRuntime } from "./runtime.ts";

/** What a person asks for in one go. */
export interface ShareDraft {
  readonly page: SharedPage;
  readonly message: string;
  /** By connection, in the place of the message. */
  readonly ownMessages?: Readonly<Record<string, string>> | undefined;
  readonly connectionIds: readonly string[];
  /** Connections to which the person wants to share this page again. */
  readonly repeat: readonly string[];
  /** When it shall go out; absent: now. */
  readonly at?: Date | undefined;
  /** The same for every submit of one form: a repeated submit is the same request. */
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

export async function submitShares(
  runtime: SharingRuntime,
  person: { readonly id: string },
  draft: ShareDraft,
): Promise<SubmitOutcome> {
  return await runtime.database.transaction(async (transaction): Promise<SubmitOutcome> => {
    // One at a time for a person, so that two submits of one form, or of one page in two tabs, know of each other.
    await transaction
      .select({ id: users.id })
      .from(users)
      .where(eq(users.id, person.id))
      .for("no key update");
    const [same] = await transaction
      .select({ id: shareRequests.id })
      .from(shareRequests)
      .where(
        and(eq(shareRequests.userId, person.id), eq(shareRequests.idempotencyKey, draft.idempotencyKey)),
      );
    if (same !== undefined) return { outcome: "submitted", requestId: same.id };

    const { fits, problems } = await weighDraft(runtime, transaction, person, draft);
    if (problems.length > 0) return { outcome: "refused", problems };

    const earlier = await findEarlierShares({ database: transaction, now: runtime.now }, person, draft.page);
    const unasked = fits.filter(({ connection: { id } }) => earlier.has(id) && !draft.repeat.includes(id));
    if (unasked.length > 0) return { outcome: "ask", earlier };

    return { outcome: "submitted", requestId: await record(runtime, transaction, { person, draft, fits }) };
  });
}

type DraftWords = Pick<ShareDraft, "page" | "message" | "ownMessages" | "connectionIds"> & {
  /** Connections whose shares wait until they are reconnected; the others' are refused. */
  readonly mayWait?: readonly string[];
};

/** The chosen accounts with what each would be sent, and what stands in the way. */
export async function weighDraft(
  runtime: SharingRuntime,
  transaction: Queryable,
  person: { readonly id: string },
  draft: DraftWords,
): Promise<{ readonly fits: readonly Fit[]; readonly problems: readonly DraftProblem[] }> {
  const usable = new Set(runtime.platforms.availablePlatforms().map(({ name }) => name));
  const connected = await findChosen(transaction, person, draft.connectionIds);
  const { message, ownMessages } = draft;
  const words = { message, ownMessages, url: draft.page.url };
  const fits = connected
    .filter(({ platform }) => usable.has(platform))
    .map((connection) => fitText(runtime, connection, words));
  return { fits, problems: findProblems(runtime, draft, fits) };
}

async function findChosen(
  transaction: Queryable,
  person: { readonly id: string },
  ids: readonly string[],
): Promise<Connection[]> {
  if (ids.length === 0) return [];
  const rows = await transaction
    .select()
    .from(socialConnections)
    .where(
      and(
        inArray(socialConnections.id, [...ids]),
        eq(socialConnections.userId, person.id),
        isNull(socialConnections.revokedAt),
      ),
    )
    .orderBy(asc(socialConnections.id));
  return rows.map(toConnection);
}

function findProblems(runtime: SharingRuntime, draft: DraftWords, fits: readonly Fit[]): DraftProblem[] {
  if (draft.connectionIds.length === 0) return [{ problem: say("Choose at least one account to share to.") }];
  const problems: DraftProblem[] = [];
  if (fits.length < new Set(draft.connectionIds).size) {
    problems.push({
      problem: say("One of the accounts cannot be shared to any more. Check your choice and share again."),
    });
  }
  for (const { connection, length, limit } of fits) {
    const { label, needsPicture } = runtime.platforms.getPlatform(connection.platform).about;
    if (connection.status === "reconnect" && !draft.mayWait?.includes(connection.id)) {
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
        problem: say(
          "{network} takes no post without a picture, and this page names none. Leave {account} out.",
          { network: label, account: handleOf(connection.account) },
        ),
      });
    } else if (length > limit) {
      problems.push({
        connectionId: connection.id,
        problem: say(
          "{over} too many characters for {network} ({account}): it takes {limit}, link included.",
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

/** One share for each account: with its job, or with the time at which it gets one. */
export async function addShares(
  runtime: SharingRuntime,
  transaction: Queryable,
  {
    requestId,
    person,
    draft,
    fits,
  }: {
    readonly requestId: string;
    readonly person: { readonly id: string };
    readonly draft: Pick<ShareDraft, "page" | "at">;
    readonly fits: readonly Fit[];
  },
): Promise<void> {
  const { page, at } = draft;
  const shares = await transaction
    .insert(socialShares)
    .values(
      fits.map(({ connection, text, url, ownMessage }) => ({
        shareRequestId: requestId,
        userId: person.id,
        connectionId: connection.id,
        sharedUrl: url,
        sharedTitle: page.title,
        text,
        ownMessage: ownMessage ?? null,
        status: at === undefined ? ("queued" as const) : ("scheduled" as const),
        nextAttemptAt: at ?? null,
        createdAt: runtime.now(),
      })),
    )
    .returning({ id: socialShares.id, connectionId: socialShares.connectionId });
  if (at !== undefined) return;
  const connections = new Map(fits.map(({ connection }) => [connection.id, connection]));
  const due = shares.flatMap(({ id, connectionId }) => {
    const connection = connections.get(connectionId);
    return connection === undefined ? [] : [{ id, userId: person.id, connection }];
  });
  await enqueueShares(runtime, transaction, due);
}
