/** The fragment with the room that a message has, for the form as it is now. */
import type { WebContext } from "./context.ts";
import { MessageCounts } from "./parts/message-counts.tsx";
import { measureDraft, readDraft } from "./share-draft.tsx";

export async function showCounts(c: WebContext) {
  const { reading, draft } = await readDraft(c);
  if ("problem" in reading) return c.body(null, 400);
  const { fits } = await measureDraft(c, reading.page, draft);
  return c.html(<MessageCounts fits={fits} />);
}
