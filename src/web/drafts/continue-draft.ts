/** Continues a draft: reads its fields as if its form had just been sent. */
import { randomUUID } from "node:crypto";
import { z } from "zod";
import { type PageLink, readPageLink } from "../../pages/page.ts";
import { findDraft } from "../../sharing/drafts/find-drafts.ts";
import type { WebContext } from "../guards/context.ts";
import { type Draft, parseDraft } from "../share/share-draft.tsx";
import { sharePath } from "../share/share-path.ts";
import { toForm } from "./draft-fields.ts";

export interface Continued {
  readonly link: PageLink;
  readonly draft: Draft;
}

/** Returns the draft that the address names; undefined if it names none of the person's. */
export async function findContinued(c: WebContext): Promise<Continued | undefined> {
  const { runtime, person } = c.var;
  const id = z.uuid().safeParse(c.req.query("draft"));
  const kept = id.success ? await findDraft(runtime, person, id.data) : undefined;
  if (kept === undefined) return undefined;
  const reading = readPageLink(kept.link);
  if ("problem" in reading) return undefined;
  const stand = { id: kept.id, revision: kept.revision, writer: randomUUID() };
  return { link: reading.link, draft: { ...parseDraft(person, toForm(kept.fields)), stand } };
}

/** Returns the path of the share page that continues a draft. If the draft is gone, it starts anew with the same page. */
export function continuePath(draft: { readonly id: string; readonly link: PageLink }): string {
  return `${sharePath(draft.link)}&${new URLSearchParams({ draft: draft.id })}`;
}
