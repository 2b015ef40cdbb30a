/** The htmx fragment that shows the page once it has been read. */
import { readPageLink } from "../../../pages/page.ts";
import { show } from "../../frame/show.tsx";
import type { WebContext } from "../../guards/context.ts";
import { describePage } from "../share-draft.tsx";
import { sharePath } from "../share-path.ts";
import { KnownPageCard } from "./known-page-card.tsx";

/** Longer than reading a page may take, so that its picture can follow. */
const PATIENCE_MS = 8_000;

/** GET /social/share/page/: the page as it describes itself. */
export async function showPage(c: WebContext) {
  const reading = readPageLink(c.req.query());
  if ("problem" in reading) return c.body(null, 400);
  const { link } = reading;
  const known = await describePage(c, link, { keepTracking: false, patienceMs: PATIENCE_MS });
  return show(c, <KnownPageCard known={known} here={sharePath(link)} />);
}
