/** What happened to each account of a request, for a row of the history that is unfolded. */
import { z } from "zod";
import { getShareRequest } from "../../sharing/record/history.ts";
import { show } from "../frame/show.tsx";
import type { WebContext } from "../guards/context.ts";
import { ShareOutcome } from "../share/result/share-outcome.tsx";

/** GET /social/history/:requestId/accounts/: a list, without a page around it. */
export async function showRowOutcomes(c: WebContext) {
  const { runtime, person } = c.var;
  const id = z.uuid().safeParse(c.req.param("requestId"));
  const request = id.success ? await getShareRequest(runtime, person, id.data) : undefined;
  if (request === undefined) return c.body(null, 404);
  return show(
    c,
    <ul class="outcomes">
      {request.shares.map((share) => (
        <ShareOutcome share={share} now={runtime.now()} zone={person.timeZone} />
      ))}
    </ul>,
  );
}
