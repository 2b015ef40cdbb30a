/** Deletes a draft, and brings it back: in the list of drafts, or on the share page of its page. */
import { z } from "zod";
import { discardDraft, restoreDraft } from "../../sharing/drafts/discard-draft.ts";
import type { WebContext } from "../guards/context.ts";
import { sharePath } from "../share/share-path.ts";
import { continuePath } from "./continue-draft.ts";
import { DRAFTS } from "./drafts-path.ts";

/** POST /social/drafts/:draftId/delete/ */
export async function submitDraftDeletion(c: WebContext) {
  const id = readId(c);
  const link = id === undefined ? undefined : await discardDraft(c.var.runtime, c.var.person, id);
  if (id === undefined || link === undefined) return c.redirect(`${DRAFTS}?news=gone`, 303);
  const deleted = new URLSearchParams({ deleted: id });
  return c.redirect((await isOnPage(c)) ? `${sharePath(link)}&${deleted}` : `${DRAFTS}?${deleted}`, 303);
}

/** POST /social/drafts/:draftId/restore/ */
export async function submitDraftReturn(c: WebContext) {
  const id = readId(c);
  const link = id === undefined ? undefined : await restoreDraft(c.var.runtime, c.var.person, id);
  if (id === undefined || link === undefined) return c.redirect(`${DRAFTS}?news=gone`, 303);
  return c.redirect((await isOnPage(c)) ? continuePath({ id, link }) : `${DRAFTS}?news=back`, 303);
}

function readId(c: WebContext): string | undefined {
  return z.uuid().safeParse(c.req.param("draftId")).data;
}

async function isOnPage(c: WebContext): Promise<boolean> {
  return (await c.req.parseBody()).at === "page";
}
