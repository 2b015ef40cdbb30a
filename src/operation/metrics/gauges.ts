/** The gauges of this service: their names, help texts and labels. */

interface Gauge {
  readonly name: string;
  readonly help: string;
  /** The names of the labels of each sample. */
  readonly labels: readonly string[];
}

export const gauges = {
  database: {
    name: "sharewell_database_up",
    help: "Whether the database answered within a second (1) or not (0).",
    labels: [],
  },
  shares: {
    name: "sharewell_shares",
    help: "Unsettled shares, and shares with an unconfirmed outcome (10,000 at most).",
    labels: ["status"],
  },
  oldest: {
    name: "sharewell_oldest_due_share_age_seconds",
    help: "Seconds since the oldest due share without a worker became due; 0 if there is none.",
    labels: [],
  },
  broken: {
    name: "sharewell_broken_accounts",
    help: "Accounts that must be reconnected.",
    labels: ["network"],
  },
  budgets: {
    name: "sharewell_app_budget_remaining",
    help: "Calls that a network still accepts from our app, if they run low.",
    labels: ["network", "span"],
  },
  pool: {
    name: "sharewell_database_connections",
    help: "Database connections of this process: used and idle, and requests waiting for one.",
    labels: ["state"],
  },
  clock: {
    name: "sharewell_clock_offset_seconds",
    help: "Seconds by which the database's clock is ahead of the networks', negative if behind.",
    labels: [],
  },
  disk: {
    name: "sharewell_disk_free_bytes",
    help: "Free bytes on the disk of the data folder, if this process has one.",
    labels: [],
  },
} as const satisfies Readonly<Record<string, Gauge>>;
