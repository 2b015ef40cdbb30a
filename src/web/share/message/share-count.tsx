/** The htmx fragment that counts the characters left, for the form as it is now. */
import { show } from "../../frame/show.tsx";
import type { WebContext } from "../../guards/context.ts";
import { measureDraft, subjectOf } from "../measure.ts";
import { describePage, readDraft } from "../share-draft.tsx";
import { MessageCounts } from "./message-counts.tsx";

/** Short, since the person is typing. */
const PATIENCE_MS = 100;

/** POST /social/share/count/: the characters left on each chosen network. */
export async function showCounts(c: WebContext) {
  const { reading, draft } = await readDraft(c);
  if ("problem" in reading) return c.body(null, 400);
  const known = await describePage(c, reading.link, {
    keepTracking: draft.keepTracking,
    patienceMs: PATIENCE_MS,
  });
  const fits = await measureDraft(c, subjectOf(known, draft), draft);
  return show(c, <MessageCounts fits={fits} />);
}
