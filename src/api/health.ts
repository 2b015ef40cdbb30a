/** For load balancers and container engines: is the process alive, and can it do its work? */
import type { Context } from "hono";
import { checkReadiness } from "../operation/trouble/readiness.ts";
import type { Runtime } from "../service/runtime.ts";

type HealthContext = Context<{ Variables: { runtime: Runtime } }>;

/** GET /healthz: this process answers. */
export function showHealth(context: HealthContext): Response {
  return context.json({ status: "ok" });
}

/** GET /readyz: database, queue, and in a word each part that is not well; 503 where this process cannot do its work. */
export async function showReadiness(context: HealthContext): Promise<Response> {
  const { status, database, queue, ...others } = await checkReadiness(context.get("runtime"));
  const told = Object.entries(others).filter(([, word]) => word !== "ok" && word !== "unknown");
  const body = { status, database, queue, ...Object.fromEntries(told) };
  return context.json(body, status === "unavailable" ? 503 : 200);
}
