/** Reads how much of Meta's rate limits is used, which the headers give in per cent (docs/networks/facebook.md, section 4). */
import { z } from "zod";
import type { RateBudget } from "../call/rate-budget.ts";

const percent = z.number().catch(0);
const useShape = z.object({ call_count: percent, total_time: percent, total_cputime: percent });
/** By the id of a Page or account, its limits. */
const usesShape = z.record(
  z.string(),
  z.array(useShape.extend({ estimated_time_to_regain_access: z.number().optional().catch(undefined) })),
);

const HOUR_MS = 3_600_000;

/** @returns the limits that are used up; below 100 per cent, Meta does not say how many posts remain */
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

/** @returns the longest wait that the headers name, in milliseconds; 0 if they name none */
export function readRegainMs(headers: Headers): number {
  const minutes = readUses(headers).map((use) => use.estimated_time_to_regain_access ?? 0);
  return Math.max(0, ...minutes) * 60_000;
}

/** The limits of the Page or account that the call was for. */
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
