/** How much of Meta's limits is used, as its answers tell in per cent (docs/networks/facebook.md, section 4). */
import { z } from "zod";
import type { RateBudget } from "../call/rate-budget.ts";

const percent = z.number().catch(0);
const useShape = z.object({ call_count: percent, total_time: percent, total_cputime: percent });
/** By the id of a Page or account; under each, what limits it. */
const usesShape = z.record(
  z.string(),
  z.array(useShape.extend({ estimated_time_to_regain_access: z.number().optional().catch(undefined) })),
);

const HOUR_MS = 3_600_000;

/** Below a hundred per cent nothing is refused, and nothing tells how many posts the rest is good for. */
export function readUsage(headers: Headers, now: Date): RateBudget[] {
  const budgets: RateBudget[] = [];
  const inApp = useShape.safeParse(readJson(headers, "x-app-usage")).data;
  if (inApp !== undefined && isFull(inApp))
    budgets.push({ of: "app", span: "short", remaining: 0, resetsAt: after(now, HOUR_MS) });
  const waitMs = readRegainMs(headers);
  if (waitMs > 0 || readUses(headers).some(isFull))
    budgets.push({ of: "account", span: "short", remaining: 0, resetsAt: after(now, waitMs || HOUR_MS) });
  return budgets;
}

/** The longest wait that is told, in milliseconds; 0 where none is. */
export function readRegainMs(headers: Headers): number {
  const minutes = readUses(headers).map((use) => use.estimated_time_to_regain_access ?? 0);
  return Math.max(0, ...minutes) * 60_000;
}

/** All that the token's calls count against: of the Page or account that was acted for. */
function readUses(headers: Headers) {
  const uses = usesShape.safeParse(readJson(headers, "x-business-use-case-usage")).data ?? {};
  return Object.values(uses).flat();
}

function isFull({ call_count, total_time, total_cputime }: z.infer<typeof useShape>): boolean {
  return Math.max(call_count, total_time, total_cputime) >= 100;
}

function after(now: Date, milliseconds: number): Date {
  return new Date(now.getTime() + milliseconds);
}

function readJson(headers: Headers, name: string): unknown {
  try {
    return JSON.parse(headers.get(name) ?? "");
  } catch {
    return undefined;
  }
}
