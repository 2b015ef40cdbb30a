/** The htmx fragment with the post previews, for the form as it is now. */
import { show } from "../../frame/show.tsx";
import type { WebContext } from "../../guards/context.ts";
import { measureDraft, subjectOf } from "../measure.ts";
import { findPostPictures } from "../pictures/post-pictures.ts";
import { describePage, readDraft } from "../share-draft.tsx";
import { PostPreviews } from "./post-previews.tsx";

/** Short, since the person is typing. */
const PATIENCE_MS = 300;

/** POST /social/share/previews/: the post previews of the draft. */
export async function showPreviews(c: WebContext) {
  const { reading, draft } = await readDraft(c);
  if ("problem" in reading) return c.body(null, 400);
  const { keepTracking, preview } = draft;
  const known = await describePage(c, reading.link, { keepTracking, patienceMs: PATIENCE_MS });
  const subject = { ...subjectOf(known, draft), waitingFor: draft.waitingFor };
  const fits = await measureDraft(c, subject, draft);
  return show(
    c,
    <PostPreviews known={known} fits={fits} shown={preview} pictures={await findPostPictures(c, draft)} />,
  );
}
