/** Asks a signed-in person to confirm who they are, then returns them to their form as they had filled it in. */
import { createMiddleware } from "hono/factory";
import { hasPassword } from "../../people/password/password.ts";
import { isFresh } from "../../people/sign-in/proof.ts";
import { say } from "../../words/words.ts";
import { readWords } from "../frame/language.ts";
import type { WebContext, WebEnv } from "./context.ts";
import { keepForm } from "./kept-form.ts";
import { withNext } from "./next.ts";

interface Form {
  /** The path of the page that the form is on. */
  readonly at: string;
  /** The fields to fill in again; never a secret. */
  readonly keeps?: readonly string[];
}

/** For actions that a stranger at somebody's unlocked computer must not be able to take (ASVS 5.0, 7.5). */
export function requireProof(form: Form) {
  return createMiddleware<WebEnv>(async (c, next) => {
    if (!isFresh(c.var, c.var.runtime.now())) return await askForProof(c, form);
    await next();
    return undefined;
  });
}

/** The same, except for people with a password: the form itself asks them for it. */
export function requireProofWithoutPassword(form: Form) {
  return createMiddleware<WebEnv>(async (c, next) => {
    const isProved = isFresh(c.var, c.var.runtime.now()) || (await hasPassword(c.var.runtime, c.var.person));
    if (!isProved) return await askForProof(c, form);
    await next();
    return undefined;
  });
}

async function askForProof(c: WebContext, { at, keeps = [] }: Form): Promise<Response> {
  const confirm = withNext("/account/confirm/", at);
  const isJson = c.req.header("content-type")?.startsWith("application/json") === true;
  if (c.req.method === "POST") await keepForm(c, at, keeps);
  if (!isJson) return c.redirect(confirm, 303);
  return c.json({ problem: readWords(c).t(say("First confirm that it is you.")), next: confirm }, 403);
}
