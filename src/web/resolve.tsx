/** What the person saw at a network that gave no clear answer. */
import { z } from "zod";
import { confirmPosted, type ResolveOutcome, shareAnew } from "../sharing/resolve.ts";
import type { WebContext } from "./context.ts";
import { showNotFound } from "./errors.tsx";
import { findRequest, renderShareResult } from "./share-result.tsx";

interface TypedLink {
  readonly shareId: string;
  readonly link: string;
}

const id = z.uuid();
const formShape = z.object({ link: z.string().max(2_000).catch("") });

export async function submitThere(c: WebContext) {
  const shareId = id.safeParse(c.req.param("shareId"));
  if (!shareId.success) return showNotFound(c);
  const { link } = formShape.parse(await c.req.parseBody());
  const resolved = await confirmPosted(c.var.runtime, c.var.person, { shareId: shareId.data, link });
  return await tell(c, resolved, { shareId: shareId.data, link });
}

export async function submitAgain(c: WebContext) {
  const shareId = id.safeParse(c.req.param("shareId"));
  if (!shareId.success) return showNotFound(c);
  return await tell(c, await shareAnew(c.var.runtime, c.var.person, shareId.data));
}

async function tell(c: WebContext, resolved: ResolveOutcome, typed?: TypedLink) {
  if (resolved.outcome === "not-found") return showNotFound(c);
  if (resolved.outcome === "resolved") return c.redirect(`/social/share/${resolved.requestId}/`, 303);
  const request = await findRequest(c, resolved.requestId);
  if (request === undefined) return showNotFound(c);
  c.status(422);
  const { problem } = resolved;
  const isInDoubt = request.shares.some(
    ({ id, status }) => id === typed?.shareId && status === "unconfirmed",
  );
  // Its form is there only as long as nobody said what became of the share.
  return renderShareResult(
    c,
    request,
    typed && isInDoubt ? { refusedLink: { ...typed, problem } } : { bad: problem },
  );
}
