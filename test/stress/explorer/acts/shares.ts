/** What Ana does with her shares, in one tab or another. */
import { randomUUID } from "node:crypto";
import { eq } from "drizzle-orm";
import { parsePlatformName } from "../../../../src/connections/connection.ts";
import { socialConnections, socialShares } from "../../../../src/database/schema.ts";
import { cancelRequest, cancelShare, shareNow } from "../../../../src/sharing/acts/cancel.ts";
import { confirmPosted, shareAnew } from "../../../../src/sharing/acts/resolve.ts";
import { retryShare } from "../../../../src/sharing/acts/retry.ts";
import { deleteShare } from "../../../../src/sharing/deletion/delete.ts";
import { changeScheduled, versionOf } from "../../../../src/sharing/requests/change.ts";
import { type ShareDraft, submitShares } from "../../../../src/sharing/requests/submit.ts";
import { postsAt } from "../networks.ts";
import { anyProcess, type Chance, draftOf, inOrder, type Scene } from "../scene.ts";
import { act, type Play } from "./act.ts";

const HALF_AN_HOUR_MS = 1_800_000;

type Row = typeof socialShares.$inferSelect;

/** The shares of Ana's request, as they are now. */
export async function readShares(scene: Scene): Promise<Row[]> {
  const { laboratory, requestId } = scene;
  const { database } = laboratory.A;
  const rows = await database.select().from(socialShares).where(eq(socialShares.shareRequestId, requestId));
  return inOrder(scene, rows);
}

/** Acts on one of Ana's shares, if there is one. */
function aboutOne(
  { verb, name }: { readonly verb: string; readonly name: string },
  work: (scene: Scene, chance: Chance, share: Row) => Promise<string>,
): Play {
  return async (scene, chance) => {
    const shares = await readShares(scene);
    if (shares.length === 0) return;
    const share = chance.pick(shares);
    await act(scene, { by: "ana", verb, name: `Ana ${name} ${share.id}`, subject: share.id }, () =>
      work(scene, chance, share),
    );
  };
}

export const cancelOne = aboutOne(
  { verb: "cancelOne", name: "cancels the share" },
  async (scene, chance, { id }) => {
    const cancelled = await cancelShare(anyProcess(scene, chance), scene.ana, id);
    return cancelled.outcome === "cancelled" ? `cancelled, left ${cancelled.left}` : cancelled.outcome;
  },
);

export const cancelAll: Play = async (scene, chance) => {
  const { ana, requestId } = scene;
  await act(
    scene,
    { by: "ana", verb: "cancelAll", name: `Ana cancels the request ${requestId}`, subject: requestId },
    async () => {
      const cancelled = await cancelRequest(anyProcess(scene, chance), ana, requestId);
      return cancelled.outcome === "cancelled" ? `cancelled, left ${cancelled.left}` : cancelled.outcome;
    },
  );
};

export const retry = aboutOne({ verb: "retry", name: "retries the share" }, async (scene, chance, { id }) => {
  const { outcome } = await retryShare(anyProcess(scene, chance), scene.ana, id);
  return outcome;
});

export const startNow = aboutOne(
  { verb: "startNow", name: "wants it shared now:" },
  async (scene, chance, { id }) => {
    const started = await shareNow(anyProcess(scene, chance), scene.ana, id);
    return started === undefined ? "not found" : "started";
  },
);

export const deletePost = aboutOne(
  { verb: "deletePost", name: "deletes the post of" },
  async (scene, chance, { id }) => {
    const { outcome } = await deleteShare(anyProcess(scene, chance), scene.ana, id);
    return outcome;
  },
);

/** Checks the network if nobody could tell, and says what she sees there. */
export const tellWhatIsThere: Play = async (scene, chance) => {
  const { laboratory, ana } = scene;
  for (const share of await readShares(scene)) {
    if (share.status !== "unconfirmed") continue;
    await act(
      scene,
      { by: "ana", verb: "tellWhatIsThere", name: `Ana says what became of ${share.id}`, subject: share.id },
      async () => {
        const runtime = anyProcess(scene, chance);
        const link = await findPost(scene, share);
        if (link !== undefined) {
          const confirmed = await confirmPosted(runtime, ana, { shareId: share.id, link });
          return `it is there: ${confirmed.outcome}`;
        }
        const anew = await shareAnew(laboratory.A, ana, share.id);
        if (anew.outcome === "resolved") scene.anew.add(share.id);
        return `it is not: ${anew.outcome}`;
      },
    );
  }
};

async function findPost({ laboratory: { A, emulator } }: Scene, share: Row): Promise<string | undefined> {
  const [connection] = await A.database
    .select({ platform: socialConnections.platform })
    .from(socialConnections)
    .where(eq(socialConnections.id, share.connectionId));
  if (connection === undefined) return undefined;
  const word = /word\w+/.exec(share.text)?.[0] ?? "";
  const posts = postsAt(emulator, parsePlatformName(connection.platform));
  return posts.find(({ text, deletedAt }) => text.includes(word) && deletedAt === undefined)?.url;
}

/** Different text, and perhaps other accounts. */
export const change: Play = async (scene, chance) => {
  const { ana, requestId, draft } = scene;
  await act(
    scene,
    { by: "ana", verb: "change", name: `Ana changes the request ${requestId}`, subject: requestId },
    async () => {
      const runtime = anyProcess(scene, chance);
      const number = 1 + Math.floor(chance.dice.next() * draft.connectionIds.length);
      const { outcome } = await changeScheduled(runtime, ana, requestId, {
        seen: await versionOf(runtime, requestId),
        message: `Rather ${scene.nextWord()}`,
        connectionIds: draft.connectionIds.slice(0, number),
        at: new Date(runtime.now().getTime() + HALF_AN_HOUR_MS),
      });
      return outcome;
    },
  );
};

/** Submits the form once more, with a different text: it is the same request. */
export const submitAgain: Play = async (scene, chance) => {
  const { ana, requestId, draft, wrongs } = scene;
  await act(
    scene,
    { by: "ana", verb: "submitAgain", name: `Ana submits the form again ${requestId}`, subject: requestId },
    async () => {
      const again = await submitShares(anyProcess(scene, chance), ana, {
        ...draft,
        message: "Something else",
      });
      const same = again.outcome === "used" ? again.requestId : undefined;
      if (same !== requestId)
        wrongs.push({
          what: "a form that was submitted twice with other words was not held back",
          details: again.outcome,
        });
      return again.outcome;
    },
  );
};

/** Submits one form three times at once. */
export const submitThrice: Play = async (scene) => {
  const key = randomUUID();
  await submitAtOnce(scene, "one form three times at once", (draft) => [
    { ...draft, idempotencyKey: key },
    { ...draft, idempotencyKey: key, message: `${draft.message} or so` },
    { ...draft, idempotencyKey: key },
  ]);
};

/** One page in two tabs at once: the second one gets the question. */
export const submitInTwoTabs: Play = async (scene) =>
  await submitAtOnce(scene, "one page in two tabs at once", (draft) => [
    { ...draft, idempotencyKey: randomUUID() },
    { ...draft, idempotencyKey: randomUUID() },
  ]);

async function submitAtOnce(
  scene: Scene,
  what: string,
  draftsOf: (draft: ShareDraft) => readonly ShareDraft[],
): Promise<void> {
  const { laboratory, ana, connections, wrongs } = scene;
  const { A, B, image } = laboratory;
  await act(
    scene,
    { by: "ana", verb: "submitAtOnce", name: `Ana submits ${what}`, subject: ana.id },
    async () => {
      const drafts = draftsOf(draftOf(scene.nextWord(), connections, image));
      const outcomes = await Promise.all(
        drafts.map((draft, place) => submitShares(place % 2 === 0 ? A : B, ana, draft)),
      );
      const requests = new Set(outcomes.flatMap((one) => (one.outcome === "submitted" ? one.requestId : [])));
      if (requests.size > 1)
        wrongs.push({ what: `${what} came to several requests`, details: [...requests].join(", ") });
      return outcomes.map(({ outcome }) => outcome).join(", ");
    },
  );
}

export const submitMore: Play = async (scene, chance) => {
  const { laboratory, ana, connections } = scene;
  await act(
    scene,
    { by: "ana", verb: "submitMore", name: "Ana shares another page", subject: ana.id },
    async () => {
      const draft = draftOf(scene.nextWord(), connections, laboratory.image);
      const at = chance.happens(0.5) ? { at: new Date(laboratory.A.now().getTime() + HALF_AN_HOUR_MS) } : {};
      return (await submitShares(anyProcess(scene, chance), ana, { ...draft, ...at })).outcome;
    },
  );
};
