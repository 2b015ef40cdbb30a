/** For load balancers and container engines: is the process alive, and can it do its work? */
import type { Context } from "hono";
import { checkReadiness } from "../operation/readiness.ts";
import type { Runtime } from "../runtime.ts";

type HealthContext = Context<{ Variables: { runtime: Runtime } }>;

/** GET /healthz: this process answers. */
export function showHealth(context: HealthContext): Response {
  return context.json({ status: "ok" });
}

/** GET /readyz: the database and the queue answer too; 503 and which of them does not, otherwise. */
export async function showReadiness(context: HealthContext): Promise<Response> {
  const { ready, parts } = await checkReadiness(context.get("runtime"));
  return context.json({ status: ready ? "ok" : "unavailable", ...parts }, ready ? 200 : 503);
}
