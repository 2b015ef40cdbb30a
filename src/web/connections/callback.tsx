/** The redirect address: where networks send people back after asking for permission. */
import { z } from "zod";
import { finishConnecting } from "../../connections/oauth/finish.ts";
import { platformNames } from "../../platforms/platform.ts";
import { aboutPlatform } from "../../platforms/registry.ts";
import { say } from "../../words/words.ts";
import { showNotFound, showProblem } from "../frame/errors.tsx";
import { leaveFlash } from "../frame/flash.ts";
import type { WebContext } from "../guards/context.ts";
import { readVisitor } from "../guards/visitor.ts";
import { RetryActions } from "./connect-pages.tsx";
import { withConnected } from "./connect-path.ts";

const answer = z.string().max(4_096).optional().catch(undefined);
const answerShape = z.object({
  code: answer,
  state: answer,
  error: answer,
  error_description: answer,
  // Some networks send these instead (docs/networks/facebook.md, section 2.3).
  error_code: answer,
  error_message: answer,
  error_reason: answer,
  iss: answer,
});

/** GET /social/callback/:platform/: finishes connecting. */
export async function showCallback(c: WebContext) {
  const { runtime, person, sessionId } = c.var;
  const platform = platformNames.find((name) => name === c.req.param("platform"));
  if (platform === undefined) return showNotFound(c);
  const finished = await finishConnecting(runtime, {
    person,
    sessionId,
    platform,
    query: answerShape.parse(c.req.query()),
    issuerKey: c.req.param("issuerKey"),
    ipAddress: readVisitor(c).ipAddress,
  });
  const { label } = aboutPlatform(platform);
  const { returnTo } = finished;
  const actions = <RetryActions platform={platform} returnTo={returnTo} />;
  switch (finished.outcome) {
    case "connected":
      leaveFlash(c, "connected", platform);
      return c.redirect(withConnected(returnTo, finished.connections), 303);
    case "choose":
      return c.redirect(`/social/choose/${finished.choiceId}/`, 303);
    case "declined":
      return showProblem(c, 200, {
        title: say("Nothing was connected"),
        problem: say("You did not give us access to your {network} account, so nothing has changed.", {
          network: label,
        }),
        actions,
      });
    case "problem":
      return showProblem(c, 400, {
        title: say("{network} was not connected", { network: label }),
        problem: finished.problem,
        actions,
      });
  }
}
