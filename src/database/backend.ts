/** The databases that Sharewell's tables and queue can live in, and where they differ from PostgreSQL. */

/** The names that pg-boss gives them, which it is handed as they are. */
export const backends = ["postgres", "citus", "yugabytedb", "cockroachdb"] as const;
export type Backend = (typeof backends)[number];

/** Whether LISTEN/NOTIFY can be relied on: https://pgboss.io/database-backends */
export function canNotify(backend: Backend): boolean {
  return backend === "postgres" || backend === "citus";
}
