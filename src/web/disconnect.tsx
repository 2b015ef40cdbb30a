/** Ending a connection. */
import { disconnect } from "../connections/disconnect.ts";
import { findAccount, readReturn } from "./account-page.tsx";
import type { WebContext } from "./context.ts";
import { showNotFound } from "./errors.tsx";
import { leaveNotice } from "./notice.ts";
import { readVisitor } from "./visitor.ts";

const noticeOf = {
  disconnected: "disconnected",
  "disconnected here": "disconnected-here",
  "disconnected, there later": "disconnected-later",
} as const;

export async function submitDisconnect(c: WebContext) {
  const { runtime, person } = c.var;
  const connection = await findAccount(c);
  if (connection === undefined) return showNotFound(c);
  const outcome = await disconnect(runtime, person, connection.id, readVisitor(c).ipAddress);
  if (outcome === "not-found") return showNotFound(c);
  leaveNotice(c, noticeOf[outcome], connection.platform);
  return c.redirect(await readReturn(c), 303);
}
