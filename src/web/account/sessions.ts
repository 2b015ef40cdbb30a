/** Signing out of one browser or of all. */
import { endSession } from "../../people/sign-in/sessions.ts";
import { signOut } from "../../people/sign-in/sign-in.ts";
import { showNotFound } from "../frame/errors.tsx";
import type { WebContext } from "../guards/context.ts";
import { appendCookies, readVisitor } from "../guards/visitor.ts";
import { returnToAccount } from "./account.tsx";

/** POST /account/sign-out-everywhere/: ends all of the person's sessions. */
export async function submitSignOutEverywhere(c: WebContext) {
  appendCookies(c, await signOut(c.var.runtime, readVisitor(c), "everywhere"));
  return c.redirect("/login/?news=signed-out-everywhere", 303);
}

/** POST /account/sessions/:sessionId/end/: ends one of the person's sessions. */
export async function submitSessionEnd(c: WebContext) {
  const { runtime, person } = c.var;
  const ended = await endSession(runtime, person, readVisitor(c), c.req.param("sessionId") ?? "");
  return ended === "ended" ? returnToAccount(c, "session-ended") : showNotFound(c);
}
