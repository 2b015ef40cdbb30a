/** Keeps the draft that a share form sends: by itself while somebody writes, or with a button where scripts do not run. */
import { z } from "zod";
import type { DraftStand } from "../../sharing/drafts/draft.ts";
import { type KeepOutcome, keepDraft } from "../../sharing/drafts/keep-draft.ts";
import { say } from "../../words/words.ts";
import { showBadLink } from "../begin/new-share.tsx";
import { showProblem } from "../frame/errors.tsx";
import { show } from "../frame/show.tsx";
import { Say, T } from "../frame/words.tsx";
import type { WebContext } from "../guards/context.ts";
import { readDraft } from "../share/share-draft.tsx";
import { continuePath } from "./continue-draft.ts";
import { pickFields, writeStand } from "./draft-fields.ts";
import { DRAFTS } from "./drafts-path.ts";

/** When the script read the form, in milliseconds. */
const writtenAt = z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER);

/** POST /social/drafts/: answers the script with a line about it, and a form without a script with the share page. */
export async function submitDraft(c: WebContext) {
  const { runtime, person } = c.var;
  const { reading, draft } = await readDraft(c);
  if ("problem" in reading) return showBadLink(c, reading.problem);
  const body = await c.req.parseBody({ all: true });
  const { idempotencyKey } = draft;
  const stand = draft.stand ?? { id: idempotencyKey, revision: 0, writer: idempotencyKey };
  const kept = await keepDraft(runtime, person, {
    ...{ stand, idempotencyKey, link: reading.link },
    // A form that was sent without a key has been given one.
    fields: pickFields({ ...body, idempotency_key: idempotencyKey }),
    writtenAt: writtenAt.safeParse(body.written_at).data ?? runtime.now().getTime(),
  });
  if (c.req.header("hx-request") !== undefined)
    return kept.outcome === "blank" ? c.body(null, 204) : show(c, <KeptNote kept={kept} />);
  switch (kept.outcome) {
    case "kept":
    case "apart":
      return c.redirect(
        `${continuePath({ id: kept.stand.id, link: reading.link })}&news=${kept.outcome}`,
        303,
      );
    case "shared":
      return c.redirect(`/social/share/${kept.requestId}/`, 303);
    case "blank":
      return showProblem(c, 422, {
        title: say("Draft not saved"),
        problem: say("Nothing is written yet. Go back and write a message first."),
      });
    case "refused":
      return showProblem(c, 422, { title: say("Draft not saved"), problem: kept.problem });
  }
}

type Told = Exclude<KeepOutcome, { readonly outcome: "blank" }>;

/** What the script shows beside the Share button. */
function KeptNote({ kept }: { readonly kept: Told }) {
  switch (kept.outcome) {
    case "kept":
      return (
        <span data-stand={standOf(kept)}>
          <T>Draft saved</T>
        </span>
      );
    case "apart":
      return (
        <span data-stand={standOf(kept)} data-lasting>
          <T drafts={<AllDrafts />}>
            {"Saved as a second draft, since the first was changed on another device: {drafts}"}
          </T>
        </span>
      );
    case "shared":
      return (
        <span>
          <T shared={<SharedLink requestId={kept.requestId} />}>
            {"Not saved: you shared this draft meanwhile, maybe on another device. {shared}"}
          </T>
        </span>
      );
    case "refused":
      return (
        <span>
          <Say told={say("Draft not saved: {problem}", { problem: kept.problem })} /> <AllDrafts />
        </span>
      );
  }
}

function standOf({ stand }: { readonly stand: DraftStand }): string {
  return writeStand(stand);
}

function AllDrafts() {
  return (
    <a href={DRAFTS}>
      <T>all drafts</T>
    </a>
  );
}

function SharedLink({ requestId }: { readonly requestId: string }) {
  return (
    <a href={`/social/share/${requestId}/`}>
      <T>See what was shared</T>
    </a>
  );
}
