/** What networks still take of an app or of an account: kept in the database, so that all processes share it. */
import { and, gt, inArray, lt, sql } from "drizzle-orm";
import { rateBudgets } from "../database/schema.ts";
import type { PlatformName, RateBudget } from "../platforms/platform.ts";
import type { SharingRuntime } from "./runtime.ts";

type BudgetsRuntime = Pick<SharingRuntime, "database" | "now">;

/** Who posts: their own budget and their app's count. */
export interface Poster {
  readonly platform: PlatformName;
  readonly connectionId: string;
}

/** Above that nothing is counted: it is far, and each count costs. */
const LOW = 50;

/** No network makes anybody wait longer; what says so is not believed. */
const LONGEST_MS = 32 * 86_400_000;

/** A refusal counts for itself: it says until when, but not which of the counts it means. */
const spans = ["short", "day", "refusal"] as const;

export type Budget = Omit<RateBudget, "span"> & { readonly span: (typeof spans)[number] };

function scopeOf({ platform, connectionId }: Poster, { of, span }: Pick<Budget, "of" | "span">): string {
  return of === "app" ? `app ${platform} ${span}` : `account ${connectionId} ${span}`;
}

/**
 * Takes one post from what is left. Where nothing is known, nothing is limited.
 * @returns until when nothing is left; undefined: it may be sent
 */
export async function takeBudget(
  { database, now }: BudgetsRuntime,
  poster: Poster,
): Promise<Date | undefined> {
  const scopes = spans.flatMap((span) => [
    scopeOf(poster, { of: "account", span }),
    scopeOf(poster, { of: "app", span }),
  ]);
  const taken = await database
    .update(rateBudgets)
    .set({ remaining: sql`${rateBudgets.remaining} - 1` })
    .where(and(inArray(rateBudgets.scope, scopes), gt(rateBudgets.resetsAt, now())))
    .returning({ remaining: rateBudgets.remaining, resetsAt: rateBudgets.resetsAt });
  const spent = taken.filter(({ remaining }) => remaining < 0).map(({ resetsAt }) => resetsAt.getTime());
  return spent.length === 0 ? undefined : new Date(Math.max(...spent));
}

/** Keeps what the network said. Within one window the lower count holds: answers overtake each other. */
export async function noteBudgets(
  { database, now }: BudgetsRuntime,
  poster: Poster,
  budgets: readonly Budget[],
): Promise<void> {
  const latest = new Date(now().getTime() + LONGEST_MS);
  for (const { of, span, remaining, resetsAt } of budgets) {
    if (remaining > LOW || resetsAt <= now()) continue;
    const values = {
      scope: scopeOf(poster, { of, span }),
      remaining,
      resetsAt: resetsAt > latest ? latest : resetsAt,
      updatedAt: now(),
    };
    const isSameWindow = sql`excluded.resets_at <= ${rateBudgets.resetsAt} + interval '5 seconds'`;
    await database
      .insert(rateBudgets)
      .values(values)
      .onConflictDoUpdate({
        target: rateBudgets.scope,
        set: {
          remaining: sql`case when ${isSameWindow} then least(excluded.remaining, ${rateBudgets.remaining}) else excluded.remaining end`,
          resetsAt: sql`greatest(excluded.resets_at, ${rateBudgets.resetsAt})`,
          updatedAt: now(),
        },
      });
  }
}

/** Windows that are over. Returns how many. */
export async function removeExpiredBudgets({ database, now }: BudgetsRuntime): Promise<number> {
  const removed = await database.delete(rateBudgets).where(lt(rateBudgets.resetsAt, now())).returning();
  return removed.length;
}
