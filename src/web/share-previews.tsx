/** The fragment with the posts as they will look, for the form as it is now. */
import type { WebContext } from "./context.ts";
import { measureDraft, subjectOf } from "./measure.ts";
import { PostPreviews } from "./parts/post-previews.tsx";
import { describePage, readDraft } from "./share-draft.tsx";
import { show } from "./show.tsx";

/** Whoever types is not made to wait for a site. */
const PATIENCE_MS = 300;

export async function showPreviews(c: WebContext) {
  const { reading, draft } = await readDraft(c);
  if ("problem" in reading) return c.body(null, 400);
  const { keepTracking } = draft;
  const known = await describePage(c, reading.link, { keepTracking, patienceMs: PATIENCE_MS });
  const fits = await measureDraft(c, subjectOf(known), draft);
  return show(c, <PostPreviews known={known} fits={fits} />);
}
