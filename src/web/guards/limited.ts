/** Limits how often a person may request pages that are expensive to answer. */
import { createMiddleware } from "hono/factory";
import type { Action } from "../../limits/rules.ts";
import type { Refusal } from "../../people/people.ts";
import { holdBack } from "../../people/sign-in/hold-back.ts";
import { say } from "../../words/words.ts";
import { showProblem } from "../frame/errors.tsx";
import { readWords } from "../frame/language.ts";
import type { WebContext, WebEnv } from "./context.ts";
import { refuse } from "./refuse.ts";
import { readVisitor } from "./visitor.ts";

/** Counts requests by person, so it must run after `requirePerson`. */
export function limited(action: Action) {
  return createMiddleware<WebEnv>(async (c, next) => {
    const refusal = await holdBack(c.var.runtime, action, readVisitor(c), { person: c.var.person });
    if (refusal === undefined) {
      await next();
      return undefined;
    }
    return showWait(c, refusal);
  });
}

/** The page that says to wait, for requests that have no form to show again. Reloading it repeats the request. */
export function showWait(c: WebContext, refusal: Refusal) {
  const status = refuse(c, refusal, 429);
  // htmx leaves the page as it is.
  if (c.req.header("hx-request") !== undefined) return c.text(readWords(c).t(refusal.problem), status);
  return showProblem(c, status, { title: say("Too many requests"), problem: refusal.problem });
}
