/** The fragment with the room that a message has, for the form as it is now. */
import type { WebContext } from "./context.ts";
import { measureDraft, subjectOf } from "./measure.ts";
import { MessageCounts } from "./parts/message-counts.tsx";
import { describePage, readDraft } from "./share-draft.tsx";
import { show } from "./show.tsx";

/** Whoever types is not made to wait for a site. */
const PATIENCE_MS = 100;

export async function showCounts(c: WebContext) {
  const { reading, draft } = await readDraft(c);
  if ("problem" in reading) return c.body(null, 400);
  const known = await describePage(c, reading.link, {
    keepTracking: draft.keepTracking,
    patienceMs: PATIENCE_MS,
  });
  const fits = await measureDraft(c, subjectOf(known), draft);
  return show(c, <MessageCounts fits={fits} />);
}
