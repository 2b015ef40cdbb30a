/** Adding and removing passkeys. */
import { z } from "zod";
import {
  addPasskey,
  beginPasskey,
  newPasskeyShape,
  removePasskey,
} from "../../people/second-factor/passkeys.ts";
import { writtenLine } from "../../words/written.ts";
import { showNotFound } from "../frame/errors.tsx";
import { readWords } from "../frame/language.ts";
import type { WebContext } from "../guards/context.ts";
import { refuse } from "../guards/refuse.ts";
import { appendCookies, readVisitor } from "../guards/visitor.ts";
import { returnToAccount } from "./account.tsx";

const formShape = z.object({
  name: z.string().overwrite(writtenLine).trim().max(60).catch(""),
  answer: newPasskeyShape,
});

/** POST /account/passkeys/options/: the options with which the browser creates a passkey, as JSON. */
export async function sendPasskeyOptions(c: WebContext) {
  const { t } = readWords(c);
  const begun = await beginPasskey(c.var.runtime, c.var.person, readVisitor(c));
  if ("problem" in begun) return c.json({ problem: t(begun.problem) }, refuse(c, begun, 403));
  appendCookies(c, begun.cookies);
  return c.json(begun.options);
}

/** POST /account/passkeys/: stores the passkey that the browser created. Answers with JSON. */
export async function submitPasskey(c: WebContext) {
  const { t } = readWords(c);
  const form = formShape.safeParse(await c.req.json().catch(() => undefined));
  if (!form.success) return c.json({ problem: t("This passkey could not be added. Try again.") }, 422);
  const refusal = await addPasskey(c.var.runtime, c.var.person, readVisitor(c), form.data);
  if (refusal !== undefined) return c.json({ problem: t(refusal.problem) }, refuse(c, refusal, 422));
  return c.json({ next: "/account/?news=passkey-added" });
}

/** POST /account/passkeys/:passkeyId/remove/: removes a passkey and signs out other browsers. */
export async function submitPasskeyRemoval(c: WebContext) {
  const { runtime, person } = c.var;
  const removed = await removePasskey(runtime, person, readVisitor(c), c.req.param("passkeyId") ?? "");
  if (removed === "not-found") return showNotFound(c);
  if ("cookies" in removed) appendCookies(c, removed.cookies);
  return returnToAccount(c, "passkey-removed");
}
