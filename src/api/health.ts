/** Health checks for load balancers and container engines. */
import type { Context } from "hono";
import { checkReadiness } from "../operation/trouble/readiness.ts";
import type { Runtime } from "../service/runtime.ts";

type HealthContext = Context<{ Variables: { runtime: Runtime } }>;

/** GET /healthz: 200 while the process answers. */
export function showHealth(context: HealthContext): Response {
  return context.json({ status: "ok" });
}

/** GET /readyz: the state of the database, the queue and every part that has a problem; 503 if this process cannot do its work. */
export async function showReadiness(context: HealthContext): Promise<Response> {
  const { status, database, queue, ...others } = await checkReadiness(context.get("runtime"));
  const problems = Object.entries(others).filter(([, word]) => word !== "ok" && word !== "unknown");
  const body = { status, database, queue, ...Object.fromEntries(problems) };
  return context.json(body, status === "unavailable" ? 503 : 200);
}
