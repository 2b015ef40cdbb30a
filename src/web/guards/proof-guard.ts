/** Asks who is signed in to confirm that it is they, and brings them back to their form as they had filled it in. */
import { createMiddleware } from "hono/factory";
import { hasPassword } from "../../people/password/password.ts";
import { isFresh } from "../../people/sign-in/proof.ts";
import { say } from "../../words/words.ts";
import { readWords } from "../frame/language.ts";
import type { WebContext, WebEnv } from "./context.ts";
import { keepForm } from "./kept-form.ts";
import { withNext } from "./next.ts";

interface Form {
  /** The page that the form is on. */
  readonly at: string;
  /** The fields that it has again there; never a secret. */
  readonly keeps?: readonly string[];
}

/** For what whoever merely finds somebody's browser open must not do (ASVS 5.0, 7.5). */
export function requireProof(form: Form) {
  return createMiddleware<WebEnv>(async (c, next) => {
    if (!isFresh(c.var, c.var.runtime.now())) return await askForProof(c, form);
    await next();
    return undefined;
  });
}

/** Whoever has a password is asked for it by the form itself. */
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
  return c.json({ problem: readWords(c).t(say("Confirm first that it is you.")), next: confirm }, 403);
}
