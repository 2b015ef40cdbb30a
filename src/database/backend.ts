/** The databases that can hold Sharewell's tables and queue, and how they differ from PostgreSQL. */

/** The names that pg-boss uses for them; they are passed to it unchanged. */
export const backends = ["postgres", "citus", "yugabytedb", "cockroachdb"] as const;
export type Backend = (typeof backends)[number];

/** Whether LISTEN/NOTIFY works there: https://pgboss.io/database-backends */
export function canNotify(backend: Backend): boolean {
  return backend === "postgres" || backend === "citus";
}
