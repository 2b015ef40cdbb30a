/** Disconnects an account. */
import { disconnect } from "../../connections/disconnect.ts";
import { showNotFound } from "../frame/errors.tsx";
import { leaveFlash } from "../frame/flash.ts";
import type { WebContext } from "../guards/context.ts";
import { readVisitor } from "../guards/visitor.ts";
import { findAccount, readReturn } from "./account-page.tsx";

const noticeOf = {
  disconnected: "disconnected",
  "disconnected here": "disconnected-here",
  "disconnected, there later": "disconnected-later",
} as const;

/** POST /social/disconnect/:id/: disconnects the account, here and at its network. */
export async function submitDisconnect(c: WebContext) {
  const { runtime, person } = c.var;
  const connection = await findAccount(c);
  if (connection === undefined) return showNotFound(c);
  const outcome = await disconnect(runtime, person, connection.id, readVisitor(c).ipAddress);
  if (outcome === "not-found") return showNotFound(c);
  leaveFlash(c, noticeOf[outcome], connection.platform);
  return c.redirect(await readReturn(c), 303);
}
