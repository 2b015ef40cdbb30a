/** Proves that this service answers at its public address. */
import type { Context } from "hono";
import { proveReach } from "../operation/checks/address.ts";
import type { Runtime } from "../service/runtime.ts";

/** GET /reach/:challenge: an answer that only a process with our secret can compute. */
export function showReach(c: Context<{ Variables: { runtime: Runtime } }>): Response {
  const challenge = c.req.param("challenge") ?? "";
  if (!/^\w{1,40}$/.test(challenge)) return c.text("", 404);
  return c.text(proveReach(c.var.runtime.config.sessionSecret, challenge));
}
