/** Submits a share request: checks it, and stores it with its shares and their jobs in one transaction. */
import { and, eq } from "drizzle-orm";
import { namesMany, type Selection } from "../../connections/selection.ts";
import type { Queryable } from "../../database/open.ts";
import { shareRequests, socialShares } from "../../database/schema.ts";
import { identify, type SharedPage } from "../../pages/page.ts";
import { actAs } from "../../people/acting.ts";
import { recordEvent } from "../../people/audit.ts";
import { say } from "../../words/words.ts";
import { endDrafts } from "../drafts/discard-draft.ts";
import { isSameChoice, type PictureChoice } from "../pictures/choice.ts";
import { keepWords } from "../record/share-words.ts";
import type { SharingRuntime } from "../runtime.ts";
import { findNextSlot } from "../slots/next-slot.ts";
import { addShares } from "./add-shares.ts";
import type { Fit, NetworkMessages } from "./compose.ts";
import { type EarlierShare, findEarlierShares } from "./earlier.ts";
import type { ChosenOptions } from "./options.ts";
import type { SlotChoice } from "./schedule.ts";
import { type DraftProblem, weighDraft } from "./weigh.ts";

/** What to do about accounts to which the page was shared before. */
export const earlierChoices = ["ask", "leave-out", "repeat"] as const;
export type EarlierChoice = (typeof earlierChoices)[number];

/** What a person submits, and the accounts to share to. */
export interface ShareDraft extends Selection, ChosenOptions {
  readonly page: SharedPage;
  readonly message: string;
  /** Texts for single connections, instead of the message. */
  readonly ownMessages?: Readonly<Record<string, string>> | undefined;
  /** Texts for networks, for accounts without a text of their own. */
  readonly networkMessages?: NetworkMessages | undefined;
  readonly pictures?: PictureChoice;
  /** Default: "ask". */
  readonly earlier?: EarlierChoice | undefined;
  /** Connections to which the person wants to share this page again. */
  readonly repeat: readonly string[];
  /** When to send it; absent: now. */
  readonly at?: Date | undefined;
  /** Takes the next free slot of a plan instead. */
  readonly slot?: SlotChoice | undefined;
  /** The same for every submit of one form, so that a repeated submit makes no second request. */
  readonly idempotencyKey: string;
  /** The kept draft that the form continues. */
  readonly draftId?: string | undefined;
}

export type SubmitOutcome =
  | { readonly outcome: "submitted"; readonly requestId: string }
  /** The form was submitted before, with other content: nothing was submitted now. */
  | { readonly outcome: "used"; readonly requestId: string }
  | { readonly outcome: "ask"; readonly earlier: ReadonlyMap<string, EarlierShare> }
  | { readonly outcome: "refused"; readonly problems: readonly DraftProblem[] };

export const NO_FREE_SLOT: DraftProblem = {
  problem: say("No slot of this plan is free within a year. Pick a time instead."),
};

/** Submits a draft, unless it has problems or the person must be asked about earlier shares of the page. @throws {Barred} */
export async function submitShares(
  runtime: SharingRuntime,
  person: { readonly id: string },
  draft: ShareDraft,
): Promise<SubmitOutcome> {
  // One at a time for each person, so that two submits of one form or page know of each other.
  return await actAs(runtime, person, async (transaction): Promise<SubmitOutcome> => {
    const [same] = await transaction
      .select({
        id: shareRequests.id,
        message: shareRequests.message,
        pictures: shareRequests.pictures,
        scheduledAt: shareRequests.scheduledAt,
      })
      .from(shareRequests)
      .where(
        and(eq(shareRequests.userId, person.id), eq(shareRequests.idempotencyKey, draft.idempotencyKey)),
      );
    if (same !== undefined) {
      const isSame = await isSameContent(transaction, same, draft);
      if (isSame) await endDraft(transaction, person, draft);
      return { outcome: isSame ? "submitted" : "used", requestId: same.id };
    }

    const earlier = await findEarlierShares({ database: transaction, now: runtime.now }, person, draft.page);
    const leftOut = draft.earlier === "leave-out" ? new Set(earlier.keys()) : undefined;
    const { fits, problems } = await weighDraft(runtime, transaction, person, { ...draft, leftOut });
    if (problems.length > 0) return { outcome: "refused", problems };

    const wanted = new Set(draft.earlier === "repeat" ? earlier.keys() : draft.repeat);
    const unasked = fits.filter(({ connection: { id } }) => earlier.has(id) && !wanted.has(id));
    if (unasked.length > 0) return { outcome: "ask", earlier };

    const { slot } = draft;
    const at = slot && (await findNextSlot({ database: transaction, now: runtime.now }, person, slot));
    if (slot !== undefined && at === undefined) return { outcome: "refused", problems: [NO_FREE_SLOT] };
    const timed = at === undefined ? draft : { ...draft, at };
    const requestId = await record(runtime, transaction, { person, draft: timed, fits });
    await endDraft(transaction, person, draft);
    return { outcome: "submitted", requestId };
  });
}

/** A form without a draft of its own keeps one under its key, which a late save may have written. */
async function endDraft(
  transaction: Queryable,
  person: { readonly id: string },
  { draftId, idempotencyKey }: ShareDraft,
): Promise<void> {
  await endDrafts(transaction, person, [idempotencyKey, ...(draftId === undefined ? [] : [draftId])]);
}

interface Stored {
  readonly id: string;
  readonly message: string;
  readonly pictures: PictureChoice | null;
  readonly scheduledAt: Date | null;
}

/**
 * Whether a request holds what the draft says: the texts, the pictures, the time and the accounts, where these are named one by one.
 * A browser that comes back to a form may send other words under its old key.
 */
async function isSameContent(
  transaction: Queryable,
  { id, message, pictures, scheduledAt }: Stored,
  draft: ShareDraft,
): Promise<boolean> {
  // Which slot a plan gave is known only here.
  const isSameTime =
    draft.slot === undefined ? scheduledAt?.getTime() === draft.at?.getTime() : scheduledAt !== null;
  if (message !== draft.message || !isSameTime || !isSameChoice(pictures, draft.pictures)) return false;
  const shares = await transaction
    .select({ connectionId: socialShares.connectionId, own: socialShares.ownMessage })
    .from(socialShares)
    .where(eq(socialShares.shareRequestId, id));
  const { ownMessages = {}, connectionIds } = draft;
  if (shares.some(({ connectionId, own }) => (ownMessages[connectionId]?.trim() ?? own) !== own))
    return false;
  if (namesMany(draft)) return true;
  const stored = new Set(shares.map(({ connectionId }) => connectionId));
  const isWithin = shares.every(({ connectionId }) => connectionIds.includes(connectionId));
  return isWithin && (draft.earlier === "leave-out" || connectionIds.every((one) => stored.has(one)));
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
      pictures: draft.pictures ?? null,
      siteName: page.siteName ?? null,
      keywords: page.keywords ?? null,
      message: draft.message,
      scheduledAt: draft.at ?? null,
      idempotencyKey: draft.idempotencyKey,
      createdAt: runtime.now(),
    })
    .returning({ id: shareRequests.id });
  if (request === undefined) throw new Error("The share request was not stored.");
  await keepWords(transaction, request.id, draft);
  await addShares(runtime, transaction, { requestId: request.id, person, draft, fits });
  await recordEvent(transaction, { userId: person.id, action: "share.requested", subject: request.id });
  return request.id;
}
