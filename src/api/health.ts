/** For load balancers and container engines: is the process alive, and can it do its work? */
import type { Context } from "hono";
import { checkReadiness } from "../operation/readiness.ts";
import type { Runtime } from "../runtime.ts";

type HealthContext = Context<{ Variables: { runtime: Runtime } }>;

/** GET /healthz: this process answers. */
export function showHealth(context: HealthContext): Response {
  return context.json({ status: "ok" });
}

/** GET /readyz: how each part is, in a word; 503 where this process cannot do its work. */
export async function showReadiness(context: HealthContext): Promise<Response> {
  const readiness = await checkReadiness(context.get("runtime"));
  return context.json(readiness, readiness.status === "unavailable" ? 503 : 200);
}
