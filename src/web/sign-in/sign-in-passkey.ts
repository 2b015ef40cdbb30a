/** Signing in with a passkey. */
import { z } from "zod";
import {
  beginPasskeySignIn,
  signInByPasskey,
  usedPasskeyShape,
} from "../../people/sign-in/sign-in-by-passkey.ts";
import { readWords } from "../frame/language.ts";
import type { WebContext } from "../guards/context.ts";
import { nextShape } from "../guards/next.ts";
import { refuse } from "../guards/refuse.ts";
import { appendCookies, readVisitor } from "../guards/visitor.ts";

const formShape = z.object({ next: nextShape, answer: usedPasskeyShape });

/** POST /login/passkey/options/: the challenge for the browser, as JSON. */
export async function sendSignInOptions(c: WebContext) {
  const begun = await beginPasskeySignIn(c.var.runtime, readVisitor(c));
  if ("problem" in begun) return c.json({ problem: readWords(c).t(begun.problem) }, refuse(c, begun, 422));
  appendCookies(c, begun.cookies);
  return c.json(begun.options);
}

/** POST /login/passkey/: signs in with the browser's answer. Answers with JSON. */
export async function submitPasskeySignIn(c: WebContext) {
  const form = formShape.safeParse(await c.req.json().catch(() => undefined));
  if (!form.success) return c.json({ problem: readWords(c).t("That did not work. Try again.") }, 422);
  const result = await signInByPasskey(c.var.runtime, readVisitor(c), form.data.answer);
  if ("problem" in result) return c.json({ problem: readWords(c).t(result.problem) }, refuse(c, result, 422));
  appendCookies(c, result.cookies);
  return c.json({ next: form.data.next });
}
