/** How many more posts networks accept from an app or an account. The database holds the counts, so that all processes share them. */
import { and, eq, gt, inArray, lte, or, type SQL, sql } from "drizzle-orm";
import { repeatedly } from "../../database/repeated.ts";
import { rateBudgets, socialConnections } from "../../database/schema.ts";
import type { PlatformName, RateBudget } from "../../platforms/platform.ts";
import type { SharingRuntime } from "../runtime.ts";

type BudgetsRuntime = Pick<SharingRuntime, "database" | "now">;

/** Who posts: the budgets of this account and of its network's app apply. */
export interface Poster {
  readonly platform: PlatformName;
  readonly connectionId: string;
}

/** Larger counts are not kept: the limit is far, and each count costs a statement. */
const LOW = 50;

/** The longest wait that is believed: no network asks for a longer one. */
const LONGEST_MS = 32 * 86_400_000;

/** A refusal is a span of its own: it says until when, but not which count is used up. */
const spans = ["short", "day", "refusal"] as const;

export type Budget = Omit<RateBudget, "span"> & { readonly span: (typeof spans)[number] };

/** What was taken for one share, to give back if the share is not sent after all. */
export type Taken = readonly Pick<typeof rateBudgets.$inferSelect, "scope" | "resetsAt">[];

function scopeOf({ platform, connectionId }: Poster, { of, span }: Pick<Budget, "of" | "span">): string {
  return of === "app" ? `app ${platform} ${span}` : `account ${connectionId} ${span}`;
}

function scopesOf(poster: Poster): string[] {
  return spans.flatMap((span) => [
    scopeOf(poster, { of: "account", span }),
    scopeOf(poster, { of: "app", span }),
  ]);
}

/** Joins the known budgets of a connection. */
export function budgetsOfConnection(now: SQL): SQL | undefined {
  const { id, platform } = socialConnections;
  const names = spans.flatMap((span) => [
    sql`'account ' || ${id} || ${sql.raw(`' ${span}'`)}`,
    sql`'app ' || ${platform} || ${sql.raw(`' ${span}'`)}`,
  ]);
  return and(sql`${rateBudgets.scope} in (${sql.join(names, sql`, `)})`, gt(rateBudgets.resetsAt, now));
}

/**
 * Takes one post from each budget that applies. Without a known budget there is no limit.
 * @returns what was taken; or until when nothing is left, in which case nothing was taken
 */
export async function takeBudget(
  { database, now }: BudgetsRuntime,
  poster: Poster,
): Promise<Taken | { readonly spentUntil: Date }> {
  const isKnown = and(inArray(rateBudgets.scope, scopesOf(poster)), gt(rateBudgets.resetsAt, now()));
  const known = await database.select().from(rateBudgets).where(isKnown);
  const spentUntil = latestSpent(known, 1);
  if (spentUntil !== undefined) return { spentUntil };
  const taken = await repeatedly(() =>
    database
      .update(rateBudgets)
      .set({ remaining: sql`${rateBudgets.remaining} - 1` })
      .where(and(lockedInOrder({ database }, isKnown), isKnown))
      .returning(),
  );
  const overtaken = latestSpent(taken, 0);
  if (overtaken === undefined) return taken;
  await giveBack({ database }, taken);
  return { spentUntil: overtaken };
}

function latestSpent(rows: readonly (typeof rateBudgets.$inferSelect)[], enough: number): Date | undefined {
  const ends = rows.filter(({ remaining }) => remaining < enough).map(({ resetsAt }) => resetsAt.getTime());
  return ends.length === 0 ? undefined : new Date(Math.max(...ends));
}

/** Gives back what was taken for a share that was then not sent. A window that began since then is left alone. */
export async function giveBack({ database }: Pick<BudgetsRuntime, "database">, taken: Taken): Promise<void> {
  if (taken.length === 0) return;
  const same = taken.map(({ scope, resetsAt }) =>
    and(eq(rateBudgets.scope, scope), eq(rateBudgets.resetsAt, resetsAt)),
  );
  await repeatedly(() =>
    database
      .update(rateBudgets)
      .set({ remaining: sql`${rateBudgets.remaining} + 1` })
      .where(and(lockedInOrder({ database }, or(...same)), or(...same))),
  );
}

/** Locks budgets in the order of their names, so that two workers never wait for each other. */
function lockedInOrder({ database }: Pick<BudgetsRuntime, "database">, which: SQL | undefined): SQL {
  const { scope } = rateBudgets;
  return inArray(
    scope,
    database.select({ scope }).from(rateBudgets).where(which).orderBy(scope).for("no key update"),
  );
}

/** Keeps the counts that the network gave. Within one window the lower count holds, because answers overtake each other. */
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

/** Removes windows that are over. @returns how many there were */
export async function removeExpiredBudgets({ database, now }: BudgetsRuntime): Promise<number> {
  const removed = await database.delete(rateBudgets).where(lte(rateBudgets.resetsAt, now())).returning();
  return removed.length;
}
