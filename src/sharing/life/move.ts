/** Moves shares from state to state. No other code writes their status, and no other code updates their rows. */
import { type Column as AnyColumn, and, or, type SQL, type SQLWrapper, sql } from "drizzle-orm";
import { isOneOf, lockShares } from "../../database/locks.ts";
import type { Queryable } from "../../database/open.ts";
import { socialShares } from "../../database/schema.ts";
import { recordEvents } from "../../people/audit.ts";
import { enqueueDeliveries, type QueueRuntime } from "../claims/queue.ts";
import type { ShareStatus } from "../share.ts";
import { type ConditionName, conditions, type Facts } from "./conditions.ts";
import {
  beginnings,
  type Columns,
  type Given,
  type TransitionName,
  transitions as typedTransitions,
} from "./transitions.ts";

export interface Route {
  readonly from: readonly ShareStatus[];
  readonly if?: readonly ConditionName[];
  readonly to: ShareStatus;
  readonly puts?: Columns;
}

interface Rule {
  readonly routes: readonly Route[];
  readonly decided?: true;
  readonly puts?: Columns;
  readonly enqueues?: true;
  readonly audit?: Parameters<typeof recordEvents>[1]["action"];
}

const rules: Readonly<Record<TransitionName, Rule>> = typedTransitions;

/** A database, a transaction, or either of them with a part of the statement before the update. */
type Updating = Pick<Queryable, "update">;

/** Returns the state of a new share, which is sent at once or at a moment that its person chose. */
export function beginningFor(at: Date | undefined): (typeof beginnings)[number] {
  return beginnings[at === undefined ? 0 : 1];
}

/** Returns the route on which the transition moves a share; undefined if it does not move it. */
export function routeOf(name: TransitionName, share: Facts): Route | undefined {
  return rules[name].routes.find(
    (route) =>
      route.from.includes(share.status) &&
      (route.if ?? []).every((condition) => conditions[condition].holds(share)),
  );
}

/** Returns the condition for shares that the transition moves. @param status the column, or an expression that gives a better plan */
export function isMovable(name: TransitionName, status: SQLWrapper = socialShares.status): SQL | undefined {
  const { routes, decided } = rules[name];
  if (decided) return isIn(status, [...new Set(routes.flatMap(({ from }) => from))]);
  return or(...routes.map((route) => isOn(route, status)));
}

function isOn({ from, if: names = [] }: Route, status: SQLWrapper = socialShares.status): SQL | undefined {
  return and(isIn(status, from), ...names.map((name) => conditions[name].sql));
}

/** Literals rather than parameters, because PostgreSQL uses its partial indexes only then. */
function isIn(status: SQLWrapper, states: readonly ShareStatus[]): SQL {
  return sql`${status} in (${sql.raw(states.map(literal).join(", "))})`;
}

const literal = (state: ShareStatus) => `'${state}'`;

/** The transitions whose destination the caller chooses. */
type Decided = {
  [Name in TransitionName]: (typeof typedTransitions)[Name] extends { decided: true } ? Name : never;
}[TransitionName];

/**
 * Builds the UPDATE of a transition for a statement that finds its rows itself. The statement adds the condition: `isMovable`, and the
 * lease if there is one.
 * @param to the destination, if the caller chooses it
 */
export function moving<Name extends TransitionName>(
  database: Updating,
  name: Name,
  given: Given<Name>,
  ...[to]: Name extends Decided ? [to: SQL] : []
) {
  return updating(database, name, given, to);
}

function updating(database: Updating, name: TransitionName, given: object, to?: SQL) {
  const { routes, puts } = rules[name];
  const columns = new Set(routes.flatMap((route) => Object.keys(route.puts ?? {}))) as Set<keyof Columns>;
  const differing = [...columns].map((column) => [column, byRoute(routes, column)]);
  const status = to ?? destinationOf(routes);
  return database.update(socialShares).set({ ...puts, ...Object.fromEntries(differing), ...given, status });
}

function destinationOf(routes: readonly Route[]): ShareStatus | SQL {
  const [first, ...more] = routes;
  if (first !== undefined && more.every(({ to }) => to === first.to)) return first.to;
  const cases = routes.map((route) => sql`when ${isOn(route)} then ${sql.raw(literal(route.to))}`);
  return sql`case ${sql.join(cases, sql` `)} end`;
}

/** Returns the value that a column gets, by the route that a share takes. */
function byRoute(routes: readonly Route[], name: keyof Columns): SQL {
  const column: AnyColumn = socialShares[name];
  const cases = routes.flatMap((route) =>
    route.puts?.[name] === undefined ? [] : [sql`when ${isOn(route)} then ${route.puts[name]}`],
  );
  return sql`case ${sql.join(cases, sql` `)} else ${column} end`;
}

/** Reduces what is remembered of a share to the key by which the network recognises repeats. */
export const onlyKey = sql`jsonb_strip_nulls(jsonb_build_object('idempotencyKey', ${socialShares.remembered} -> 'idempotencyKey'))`;

/** Builds an UPDATE of columns that leaves the shares in their states. */
export function updateInPlace(database: Updating, columns: Columns & { readonly status?: never }) {
  return database.update(socialShares).set(columns);
}

export interface Move<Name extends TransitionName> {
  readonly which: SQL | undefined;
  readonly given: Given<Name>;
}

/**
 * Moves the shares that the transition applies to. In the same transaction it records the event for the audit log and inserts the jobs,
 * as the transition says.
 * @returns the ids of the shares that were moved
 */
export async function moveShares<Name extends Exclude<TransitionName, Decided>>(
  runtime: QueueRuntime,
  transaction: Queryable,
  name: Name,
  { which, given }: Move<Name>,
): Promise<string[]> {
  const { audit, enqueues } = rules[name];
  const ids = await lockShares(transaction, and(which, isMovable(name)));
  if (ids.length === 0) return [];
  const moved = await updating(transaction, name, given)
    .where(isOneOf(socialShares.id, ids))
    .returning({ id: socialShares.id, userId: socialShares.userId });
  if (audit !== undefined)
    for (const [userId, shares] of Map.groupBy(moved, (share) => share.userId))
      await recordEvents(transaction, { userId, action: audit, subjects: shares.map(({ id }) => id) });
  if (enqueues) await enqueueDeliveries(runtime, transaction, ids);
  return ids;
}
